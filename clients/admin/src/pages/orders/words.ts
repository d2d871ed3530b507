/** Words of orders and parcels. */
import type { Schemas } from '@/api/client'
import type { Choice, States } from '@/parts/declare'

export type Order = Schemas['OrdersStaffOrder']
export type OrderCard = Schemas['OrdersStaffCard']
export type OrderState = OrderCard['state']

export const methods: Record<string, string> = {
  wechat: '微信支付',
  union_pay: '银联支付',
  bank_transfer: '对公转账',
  credit: '月结',
}

export const carriers: Choice[] = [
  { value: 'sf', label: '顺丰速运' },
  { value: 'zto', label: '中通快递' },
  { value: 'yto', label: '圆通速递' },
  { value: 'yunda', label: '韵达快递' },
  { value: 'sto', label: '申通快递' },
  { value: 'jd', label: '京东物流' },
  { value: 'ems', label: '邮政 EMS' },
  { value: 'jt', label: '极兔速递' },
  { value: 'deppon', label: '德邦快递' },
  { value: 'ane', label: '安能物流' },
]

export const parcelStates: States = {
  waiting: { text: '待揽收', tone: 'wait' },
  picked: { text: '已揽收', tone: 'info' },
  in_transit: { text: '运输中', tone: 'info' },
  delivering: { text: '派送中', tone: 'info' },
  signed: { text: '已签收', tone: 'good' },
  problem: { text: '异常', tone: 'bad' },
  returned: { text: '已退回', tone: 'bad' },
}

export const refundStages: States = {
  decided: { text: '退款中', tone: 'wait' },
  succeeded: { text: '已退款', tone: 'good' },
  failed: { text: '退款失败', tone: 'bad' },
}

export const closedReasons: Record<string, string> = {
  cancelled: '买家取消',
  overdue: '超时未付款',
  rejected: '审核未通过',
  refunded: '已全额退款',
}

/** Hours after which waiting in a state shows as late. */
export const LATE: Partial<Record<OrderState, number>> = { pending_review: 12, to_ship: 24, part_shipped: 48 }
