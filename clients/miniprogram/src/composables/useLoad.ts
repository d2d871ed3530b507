import { ref, shallowRef, watch } from 'vue'
import { asApiError, type ApiError } from '@shared/client'
import { againAfterSignIn } from './signIns'

/**
 * One thing a page shows. Late answers are dropped; what is shown stays while it is asked for again, and when that
 * fails: `load` then gives the failure, which nobody would see. With a name it is kept on the device, and shows at
 * once the next time: the page does not jump when the new arrives.
 */
export function useLoad<T>(fetch: () => Promise<T>, keptAs = '') {
  const data = shallowRef<T | null>((keptAs && uni.getStorageSync(keptAs)) || null)
  const isLoading = ref(false)
  const failure = shallowRef<ApiError | null>(null)
  let turn = 0

  async function load(): Promise<ApiError | null> {
    const mine = ++turn
    isLoading.value = true
    failure.value = null
    try {
      const answer = await fetch()
      if (mine === turn) data.value = answer
    } catch (error) {
      if (mine === turn) failure.value = asApiError(error)
    } finally {
      if (mine === turn) isLoading.value = false
    }
    return data.value === null ? null : failure.value
  }

  if (keptAs) watch(data, (current) => (current === null ? uni.removeStorageSync(keptAs) : uni.setStorageSync(keptAs, current)))
  againAfterSignIn(failure, load)
  return { data, isLoading, failure, load }
}
