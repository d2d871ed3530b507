/** One after-sale, loaded, decided and renewed; what a colleague decided meanwhile is explained. */
import { ref, shallowRef } from 'vue'
import { api, type ApiError } from '@/api/client'
import { done } from '@/parts/say'
import { asApiError } from '@shared/errors'
import { afterSaleStates, type Case } from './words'

export function useCase(afterSaleId: string) {
  const found = shallowRef<Case | null>(null)
  const failure = shallowRef<ApiError | null>(null)
  const conflict = ref('')

  async function load(): Promise<void> {
    failure.value = null
    try {
      found.value = await api.get('/admin/after-sales/{after_sale_id}', { path: { after_sale_id: afterSaleId } })
    } catch (reason) {
      failure.value = asApiError(reason)
    }
  }

  /** Decide on the after-sale as it was shown; true when it was done. */
  async function decide(words: string, work: () => Promise<Case>): Promise<boolean> {
    try {
      found.value = await work()
      conflict.value = ''
      done(words)
      return true
    } catch (reason) {
      const refusal = asApiError(reason)
      if (!['AfterSaleChanged', 'AfterSaleStateForbids', 'Stale'].includes(refusal.code)) throw reason
      await load()
      conflict.value = `${refusal.message}。售后单现在是「${afterSaleStates[found.value?.state ?? '']?.text ?? ''}」，您刚才的操作没有生效，请核对后再处理。`
      return false
    }
  }

  void load()
  return { found, failure, conflict, load, decide }
}

export type Decide = ReturnType<typeof useCase>['decide']
