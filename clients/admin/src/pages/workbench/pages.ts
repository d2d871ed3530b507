import { Odometer } from '@element-plus/icons-vue'
import type { Family } from '@/parts/declare'

export default {
  title: '工作台',
  icon: Odometer,
  order: 0,
  pages: [{ path: 'workbench', title: '工作台', permission: 'reports', component: () => import('./Workbench.vue') }],
} satisfies Family
