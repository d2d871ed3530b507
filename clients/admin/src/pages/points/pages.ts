import { Coin } from '@element-plus/icons-vue'
import type { Family } from '@/parts/declare'

export default {
  title: '积分',
  icon: Coin,
  order: 70,
  pages: [
    { path: 'points/statistics', title: '积分统计', permission: 'points', component: () => import('./Statistics.vue') },
    { path: 'points/ledger', title: '积分账户', permission: 'points', keep: true, component: () => import('./Ledger.vue') },
    { path: 'points/adjustments', title: '积分调整', permission: 'points', keep: true, component: () => import('./Adjustments.vue') },
    { path: 'points/rules', title: '积分规则', permission: 'points', keep: true, component: () => import('./Rules.vue') },
  ],
} satisfies Family
