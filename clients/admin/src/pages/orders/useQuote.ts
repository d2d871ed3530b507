/** What an order would cost, asked for anew a moment after something changed. */
import { onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'
import { api, type Schemas } from '@/api/client'
import { asApiError } from '@shared/errors'

export interface Wanted {
  sku_id: string
  quantity: number
  name: string
  spec: string
}
const PAUSE = 300

export function useQuote(agentId: Ref<string>, wanted: Ref<Wanted[]>, couponId: Ref<string | null>) {
  const quote = shallowRef<Schemas['CartQuoteView'] | null>(null)
  const problem = ref('')
  const asking = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  function renew(): void {
    clearTimeout(timer)
    const mine = ++turn
    const lines = wanted.value.filter((one) => one.quantity > 0).map(({ sku_id, quantity }) => ({ sku_id, quantity }))
    if (!agentId.value || !lines.length) {
      quote.value = null
      asking.value = false
      return
    }
    asking.value = true
    timer = setTimeout(() => void ask(mine, lines), PAUSE)
  }

  async function ask(mine: number, lines: { sku_id: string; quantity: number }[]): Promise<void> {
    try {
      const found = await api.post('/admin/quotes', { body: { agent_id: agentId.value, lines, coupon_id: couponId.value } })
      if (mine !== turn) return
      quote.value = found
      problem.value = ''
    } catch (failure) {
      if (mine === turn) problem.value = asApiError(failure).message
    }
    if (mine === turn) asking.value = false
  }

  watch([agentId, wanted, couponId], renew, { deep: true })
  onBeforeUnmount(() => clearTimeout(timer))
  return { quote, problem, asking, renew }
}
