import { Wallet } from '@element-plus/icons-vue'
import type { Family } from '@/parts/declare'

export default {
  title: '收款',
  icon: Wallet,
  order: 50,
  pages: [
    {
      path: 'transfers',
      title: '转账核对',
      permission: 'finance',
      keep: true,
      component: () => import('./Transfers.vue'),
      children: [{ path: ':payment_id', component: () => import('./Transfer.vue') }],
    },
    { path: 'payments', title: '收款记录', permission: 'finance', keep: true, component: () => import('./Payments.vue') },
    { path: 'refunds', title: '退款', permission: 'finance', keep: true, component: () => import('./Refunds.vue') },
    { path: 'credits', title: '账期账款', permission: 'finance', keep: true, component: () => import('./Credits.vue') },
    { path: 'reconciliations', title: '对账', permission: 'finance', keep: true, component: () => import('./Reconciliations.vue') },
    { path: 'reconciliations/:method/:day', title: '当日对账', permission: 'finance', under: 'reconciliations', component: () => import('./Reconciliation.vue') },
  ],
} satisfies Family
