import { api, type ApiError, type Schemas } from '@/api'
import { useCart } from '@/stores/cart'
import { confirm, toast } from './feedback'
import { open } from './navigation'
import { useSubmit } from './useSubmit'

type Order = Schemas['OrderCard']
export type OrderAction = Order['actions'][number]

/** What each action is called on its button; the first of an order is the one to take. */
export const ACTION_NAMES: Record<OrderAction, string> = {
  pay: '去付款',
  receive: '确认收货',
  track: '查看物流',
  after_sale: '申请售后',
  reorder: '再来一单',
  cancel: '取消订单',
}

const REASONS = ['不想要了', '商品或数量选错了', '地址或信息填错了', '价格或优惠不合适', '重复下单', '其他原因']

/** What can be done with an order; `changed` is called when it may stand differently. */
export function useOrderActions(changed: () => unknown) {
  const cart = useCart()
  const { isBusy, submit } = useSubmit()
  /** It may have been done all the same: the order, asked for anew, says so. */
  const lost = ({ isUnsure }: ApiError) => isUnsure && (toast('没有收到答复，请看订单的最新状态'), true)

  async function cancel({ order_id }: Order): Promise<void> {
    const reason = await chooseReason()
    if (reason === null) return
    const done = await submit(() => api.post('/orders/{order_id}/cancellation', { path: { order_id }, body: { reason } }), lost)
    if (done) toast('订单已取消')
    changed()
  }

  async function receive({ order_id }: Order): Promise<void> {
    if (!(await confirm('确认收到全部商品？', '确认后订单完成，积分可用'))) return
    const done = await submit(() => api.post('/orders/{order_id}/receipt', { path: { order_id } }), lost)
    if (done) toast('已确认收货')
    changed()
  }

  async function reorder({ order_id }: Order): Promise<void> {
    const report = await submit(() => api.post('/orders/{order_id}/reorder', { path: { order_id } }))
    if (!report) return
    await cart.peek()
    const refused = report.lines.filter(({ result }) => result === 'refused')
    if (!refused.length) toast(`${report.set} 种商品已加入购物车`)
    else await confirm(`${report.set} 种已加入购物车`, refused.map(({ text, reason }) => `${text}：${reason}`).slice(0, 5).join('\n'), '去购物车', '知道了')
    open('/pages/cart/index')
  }

  const ACTS: Record<OrderAction, (order: Order) => unknown> = {
    pay: ({ order_id }) => open('/trade/pay', { id: order_id }),
    track: ({ order_id }) => open('/trade/tracking', { id: order_id }),
    after_sale: ({ order_id }) => open('/trade/claim', { order: order_id }),
    cancel,
    receive,
    reorder,
  }
  const act = (action: OrderAction, order: Order) => void (isBusy.value || ACTS[action](order))
  return { isBusy, act }
}

/** Why an order is cancelled; null when the person thought better of it. */
function chooseReason(): Promise<string | null> {
  return new Promise((resolve) =>
    uni.showActionSheet({
      title: '取消原因',
      itemList: REASONS,
      success: ({ tapIndex }) => resolve(REASONS[tapIndex]),
      fail: () => resolve(null),
    }),
  )
}
