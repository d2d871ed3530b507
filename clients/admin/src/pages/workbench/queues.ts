/** Where each queue of the dashboard is worked off, and what age of it is too old. */
export interface Queue {
  title: string
  to: string
  permission: string
  /** Hours after which waiting shows as late. */
  late: number
}

export const queues: Record<string, Queue> = {
  'agents.applications': { title: '待审核申请', to: '/applications', permission: 'agents.review', late: 24 },
  'orders.pending_review': { title: '待审核订单', to: '/orders?state=pending_review', permission: 'orders.review', late: 12 },
  'orders.to_ship': { title: '待发货', to: '/orders?state=to_ship', permission: 'orders.read', late: 24 },
  'orders.part_shipped': { title: '部分发货', to: '/orders?state=part_shipped', permission: 'orders.read', late: 48 },
  'payments.transfers': { title: '待核对转账', to: '/transfers', permission: 'finance', late: 24 },
  'payments.refunds': { title: '异常退款', to: '/refunds?state=abnormal', permission: 'finance', late: 12 },
  'points.adjustments': { title: '待复核积分调整', to: '/points/adjustments', permission: 'points', late: 48 },
  'gifts.redemptions': { title: '待审核兑换', to: '/redemptions', permission: 'gifts', late: 24 },
  'orders.after_sales': { title: '待处理售后', to: '/after-sales', permission: 'orders.read', late: 24 },
  'catalog.feedback': { title: '待回复反馈', to: '/feedback', permission: 'service', late: 24 },
  'inventory.low': { title: '库存预警', to: '/stock?view=low', permission: 'stock', late: Infinity },
}
