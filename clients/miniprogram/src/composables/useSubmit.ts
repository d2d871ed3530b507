import { ref, shallowRef } from 'vue'
import { asApiError, type ApiError } from '@shared/client'
import { toast } from './feedback'

/**
 * Something a person does with a button: one at a time, with what went wrong beside the fields.
 * Failures that belong to no field are told in a toast, unless `handle` deals with them and says so.
 */
export function useSubmit() {
  const isBusy = ref(false)
  const errors = shallowRef<Record<string, string>>({})

  async function submit<T>(act: () => Promise<T>, handle?: (failure: ApiError) => boolean): Promise<T | undefined> {
    if (isBusy.value) return undefined
    isBusy.value = true
    errors.value = {}
    try {
      return await act()
    } catch (error) {
      const failure = asApiError(error)
      errors.value = failure.fields
      if (!handle?.(failure) && !Object.keys(failure.fields).length) toast(failure.message)
      return undefined
    } finally {
      isBusy.value = false
    }
  }

  return { isBusy, errors, submit }
}
