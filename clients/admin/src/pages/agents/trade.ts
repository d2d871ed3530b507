/** What passed between a company and the shop: each kind a tab of its page. */
import { api, type Schemas } from '@/api/client'
import type { States } from '@/parts/declare'
import { number, yuan } from '@/parts/format'
import { afterSaleStates } from '../aftersales/words'
import { redemptionStates } from '../gifts/words'
import { methods } from '../orders/words'
import { orderMark, paymentStates, refundStates } from '../payments/words'
import { orderStates } from '../words'

export interface Deal {
  id: string
  number: string
  to: string | null
  text: string
  amount: string
  state: string
  at: string
}
export interface DealTab {
  key: string
  title: string
  permission: string
  states: States
  /** The newest of them. */
  load: (agentId: string) => Promise<Deal[]>
  /** Where all of them are. */
  all?: (agentId: string) => string
}

const MOST = 10
const query = (agent_id: string) => ({ agent_id, limit: MOST })
const couponStates: States = { issued: { text: '可使用', tone: 'good' }, held: { text: '订单占用', tone: 'info' }, used: { text: '已使用', tone: 'plain' }, expired: { text: '已过期', tone: 'plain' } }

const orderDeal = (one: Schemas['OrdersStaffCard']): Deal => ({ id: one.order_id, number: one.order_no, to: `/orders/${one.order_id}`, text: `${one.title}${one.kinds > 1 ? ` 等 ${one.kinds} 种` : ''}，${methods[one.payment_method]}`, amount: `¥${yuan(one.total_fen)}`, state: one.state, at: one.placed_at })
const caseDeal = (one: Schemas['OrdersAfterSaleCard']): Deal => ({ id: one.after_sale_id, number: one.order_no, to: `/after-sales/${one.after_sale_id}`, text: `${one.kind_text} · ${one.title}`, amount: `¥${yuan(one.asked_fen)}`, state: one.state, at: one.applied_at })
const paymentDeal = (one: Schemas['PaymentRecord']): Deal => ({ id: one.payment_id, number: one.remittance_code ?? orderMark(one.order_id), to: `/orders/${one.order_id}`, text: methods[one.method]!, amount: `¥${yuan(one.amount_fen)}`, state: one.state, at: one.created_at })
const refundDeal = (one: Schemas['PaymentsRefundRecord']): Deal => ({ id: one.refund_id, number: orderMark(one.order_id), to: `/orders/${one.order_id}`, text: `${methods[one.method]}，${one.note}`, amount: `¥${yuan(one.amount_fen)}`, state: one.state, at: one.created_at })
const redemptionDeal = (one: Schemas['GiftsStaffRedemption']): Deal => ({ id: one.redemption_id, number: '兑换', to: `/redemptions/${one.redemption_id}`, text: `${one.gift_name} × ${one.quantity}`, amount: `${number(one.points)} 积分`, state: one.state, at: one.created_at })
const couponDeal = (one: Schemas['PricingCouponView']): Deal => ({ id: one.coupon_id, number: one.name, to: one.order_id && `/orders/${one.order_id}`, text: one.text, amount: '', state: one.state, at: one.ends_at })

export const TABS: DealTab[] = [
  { key: 'orders', title: '订单', permission: 'orders.read', states: orderStates, load: async (id) => (await api.get('/admin/orders', { query: query(id) })).items.map(orderDeal), all: (id) => `/orders?state=all&agent_id=${id}` },
  { key: 'cases', title: '售后', permission: 'orders.read', states: afterSaleStates, load: async (id) => (await api.get('/admin/agents/{agent_id}/after-sales', { path: { agent_id: id }, query: { limit: MOST } })).items.map(caseDeal) },
  { key: 'payments', title: '收款', permission: 'finance', states: paymentStates, load: async (id) => (await api.get('/admin/payments', { query: query(id) })).items.map(paymentDeal), all: (id) => `/payments?state=company&agent_id=${id}` },
  { key: 'refunds', title: '退款', permission: 'finance', states: refundStates, load: async (id) => (await api.get('/admin/refunds', { query: query(id) })).items.map(refundDeal), all: (id) => `/refunds?state=company&agent_id=${id}` },
  { key: 'redemptions', title: '兑换', permission: 'gifts', states: redemptionStates, load: async (id) => (await api.get('/admin/redemptions', { query: query(id) })).items.map(redemptionDeal), all: (id) => `/redemptions?state=company&agent_id=${id}` },
  { key: 'coupons', title: '优惠券', permission: 'pricing', states: couponStates, load: async (id) => (await api.get('/admin/agents/{agent_id}/coupons', { path: { agent_id: id }, query: { tab: 'usable', limit: MOST } })).items.map(couponDeal) },
]
