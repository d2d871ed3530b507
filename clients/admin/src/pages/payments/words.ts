/** Words of payments, refunds and comparisons with providers. */
import type { Schemas } from '@/api/client'
import type { States } from '@/parts/declare'

export type Payment = Schemas['PaymentRecord']
export type Refund = Schemas['PaymentsRefundRecord']

export const paymentStates: States = {
  created: { text: '已创建', tone: 'plain' },
  prepaid: { text: '待付款', tone: 'wait' },
  failed: { text: '失败', tone: 'bad' },
  closed: { text: '已关闭', tone: 'plain' },
  succeeded: { text: '已收款', tone: 'good' },
  awaiting: { text: '待转账', tone: 'wait' },
  voucher_submitted: { text: '待核对', tone: 'wait' },
  mismatched: { text: '金额不符', tone: 'bad' },
  rejected: { text: '凭证被退回', tone: 'bad' },
  confirmed: { text: '已确认', tone: 'good' },
  held: { text: '占用额度', tone: 'info' },
  committed: { text: '未到期', tone: 'info' },
  due: { text: '已到期', tone: 'wait' },
  overdue: { text: '已逾期', tone: 'bad' },
  settled: { text: '已结清', tone: 'good' },
  partly_refunded: { text: '部分退款', tone: 'info' },
  refunded: { text: '已全退', tone: 'plain' },
}

export const refundStates: States = {
  created: { text: '待发起', tone: 'wait' },
  requested: { text: '已发起', tone: 'info' },
  processing: { text: '处理中', tone: 'info' },
  abnormal: { text: '异常', tone: 'bad' },
  closed: { text: '已关闭', tone: 'plain' },
  succeeded: { text: '已退款', tone: 'good' },
}

export const differenceKinds: States = {
  missing_here: { text: '我方缺失', tone: 'bad' },
  missing_there: { text: '对方缺失', tone: 'bad' },
  amount_differs: { text: '金额不一致', tone: 'wait' },
  state_differs: { text: '状态不一致', tone: 'wait' },
}

export const differenceStates: States = {
  open: { text: '待处理', tone: 'wait' },
  resolved: { text: '已处理', tone: 'good' },
  gone: { text: '已自动消除', tone: 'plain' },
}

export const providers: Record<string, string> = { wechat: '微信支付', union_pay: '银联支付' }

/** Orders are known by the last part of their number; the money does not know the day. */
export const orderMark = (orderId: string) => orderId.slice(0, 8)
