/** Words of after-sales. */
import type { Schemas } from '@/api/client'
import type { States } from '@/parts/declare'

export type Case = Schemas['OrdersStaffAfterSale']
export type CaseCard = Schemas['OrdersStaffAfterSaleCard']

export const afterSaleStates: States = {
  applied: { text: '待处理', tone: 'wait' },
  approved: { text: '已同意', tone: 'info' },
  awaiting_return: { text: '待买家寄回', tone: 'info' },
  return_shipped: { text: '退货在途', tone: 'wait' },
  received: { text: '已收货', tone: 'info' },
  disputed: { text: '有争议', tone: 'bad' },
  refunding: { text: '退款中', tone: 'info' },
  refunded: { text: '已退款', tone: 'good' },
  rejected: { text: '已拒绝', tone: 'bad' },
  cancelled: { text: '已取消', tone: 'plain' },
}
