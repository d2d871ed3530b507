import { ref, shallowRef } from 'vue'
import { asApiError, type ApiError } from '@shared/client'
import { tell } from './feedback'

/**
 * Something a person does with a button: one at a time. What went wrong is told in a toast, unless `handle` deals
 * with it and says so, and beside the fields it belongs to.
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
      if (!handle?.(failure)) tell(failure)
      return undefined
    } finally {
      isBusy.value = false
    }
  }

  return { isBusy, errors, submit }
}
