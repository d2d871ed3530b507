import { Document } from '@element-plus/icons-vue'
import type { Family, Jump } from '@/parts/declare'

const ORDER_NUMBER = /^\d{8}-[0-9A-Z]{1,8}$/i
const TRACKING_NUMBER = /^(?=.*\d{5})[0-9A-Z]{8,30}$/i

function jumps(text: string): Jump[] {
  if (ORDER_NUMBER.test(text)) return [{ title: `订单 ${text}`, hint: '按订单号查找', to: `/orders?state=all&number=${text.toUpperCase()}`, permission: 'orders.read' }]
  if (TRACKING_NUMBER.test(text)) return [{ title: `运单 ${text}`, hint: '按快递单号查找订单', to: `/orders?state=all&tracking_no=${text.toUpperCase()}`, permission: 'orders.read' }]
  return []
}

export default {
  title: '订单',
  icon: Document,
  order: 40,
  pages: [
    { path: 'orders', title: '订单', permission: 'orders.read', keep: true, component: () => import('./Orders.vue') },
    { path: 'orders/ship', title: '批量发货', permission: 'orders.ship', component: () => import('./BatchShip.vue') },
    { path: 'orders/new', title: '代客下单', permission: 'orders.on_behalf', component: () => import('./NewOrder.vue') },
    { path: 'orders/papers', title: '打印单据', permission: 'orders.read', under: 'orders', component: () => import('./Papers.vue') },
    { path: 'orders/:order_id', title: '订单详情', permission: 'orders.read', under: 'orders', component: () => import('./Order.vue') },
    { path: 'after-sales', title: '售后', permission: 'orders.read', keep: true, component: () => import('../aftersales/AfterSales.vue') },
    { path: 'exceptions', title: '异常单', permission: 'reports', component: () => import('./Exceptions.vue') },
    { path: 'after-sales/:after_sale_id', title: '售后详情', permission: 'orders.read', under: 'after-sales', component: () => import('../aftersales/AfterSale.vue') },
  ],
  jumps,
} satisfies Family
