/** Words of orders and parcels. */
import type { Schemas } from '@/api/client'
import type { Choice, States } from '@/parts/declare'
import { CARRIERS } from '@shared/carriers'

export type Order = Schemas['OrdersStaffOrder']
export type OrderCard = Schemas['OrdersStaffCard']
export type OrderState = OrderCard['state']

export const methods: Record<string, string> = {
  wechat: '微信支付',
  union_pay: '银行卡',
  bank_transfer: '对公转账',
  credit: '账期',
}

export const carriers: Choice[] = Object.entries(CARRIERS).map(([value, label]) => ({ value, label }))

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
