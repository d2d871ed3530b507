import type { Schemas } from '@/api'

type Order = Schemas['OrderCard']

/** What each state of an order is called. */
export const ORDER_STATES: Record<Order['state'], string> = {
  pending_payment: '待付款',
  pending_review: '待审核',
  to_ship: '待发货',
  part_shipped: '部分发货',
  shipped: '待收货',
  completed: '已完成',
  closed: '已关闭',
}

export const AFTER_SALE_STATES: Record<Schemas['OrdersAfterSaleCard']['state'], string> = {
  applied: '等待商家处理',
  approved: '已同意',
  rejected: '未通过',
  cancelled: '已撤销',
  awaiting_return: '请寄回商品',
  return_shipped: '寄回途中',
  received: '商家已收货',
  disputed: '验收协商中',
  refunding: '退款中',
  refunded: '已退款',
}

export const REQUEST_STATES: Record<Schemas['OrdersPurchaseRequestCard']['state'], string> = {
  pending: '待审批',
  approved: '已同意',
  declined: '未同意',
  withdrawn: '已撤回',
}

export const PARCEL_STATES: Record<Schemas['OrdersTrackedParcel']['state'], string> = {
  waiting: '等待揽收',
  picked: '已揽收',
  in_transit: '运输中',
  delivering: '派送中',
  signed: '已签收',
  problem: '运输异常',
  returned: '已退回',
}
