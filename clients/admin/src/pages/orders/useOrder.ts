/** One order, loaded and renewed; what a colleague did meanwhile is explained instead of just refused. */
import { ref, shallowRef } from 'vue'
import { api, type ApiError } from '@/api/client'
import { done } from '@/parts/say'
import { asApiError } from '@shared/errors'
import { orderStates } from '../words'
import type { Order } from './words'

export function useOrder(orderId: string) {
  const order = shallowRef<Order | null>(null)
  const failure = shallowRef<ApiError | null>(null)
  const conflict = ref('')

  async function load(): Promise<Order | null> {
    failure.value = null
    try {
      order.value = await api.get('/admin/orders/{order_id}', { path: { order_id: orderId } })
    } catch (reason) {
      failure.value = asApiError(reason)
    }
    return order.value
  }

  /** Do something with the order as it was shown; true when it was done. */
  async function attempt(words: string, work: () => Promise<Order>): Promise<boolean> {
    try {
      order.value = await work()
      conflict.value = ''
      done(words)
      return true
    } catch (reason) {
      if (asApiError(reason).status !== 409) throw reason
      await explain(asApiError(reason))
      return false
    }
  }

  async function explain(refusal: ApiError): Promise<void> {
    const before = order.value
    const now = await load()
    const last = now?.timeline[0]
    if (!before || !now || before.version === now.version) throw refusal // nobody was quicker: it is just not allowed
    const moved = before.state !== now.state
    const what = moved ? `订单已由「${text(before.state)}」变为「${text(now.state)}」` : '页面已换成最新内容'
    conflict.value = `${refusal.message}。${what}${moved && last ? `（${last.text}）` : ''}，您刚才的操作没有生效，请核对后再处理。`
  }

  const text = (state: Order['state']) => orderStates[state]!.text
  void load()
  return { order, failure, conflict, load, attempt }
}
