/** Permissions by area of work, in the order of the menu. */
export const AREAS: { title: string; codes: string[] }[] = [
  { title: '代理商', codes: ['agents.review', 'agents'] },
  { title: '商品与库存', codes: ['catalog.read', 'catalog.write', 'stock'] },
  { title: '订单', codes: ['orders.read', 'orders.on_behalf', 'orders.reprice', 'orders.review', 'orders.ship', 'orders.refund'] },
  { title: '财务', codes: ['finance'] },
  { title: '营销与积分', codes: ['pricing', 'points', 'gifts'] },
  { title: '数据', codes: ['reports'] },
  { title: '消息', codes: ['messages', 'service'] },
  { title: '系统', codes: ['settings', 'staff', 'audit'] },
]
