import { Box } from '@element-plus/icons-vue'
import type { Family } from '@/parts/declare'

export default {
  title: '库存',
  icon: Box,
  order: 30,
  pages: [
    { path: 'stock', title: '实时库存', permission: 'stock', keep: true, component: () => import('./Stock.vue') },
    { path: 'stock/:sku_id', title: '库存明细', permission: 'stock', under: 'stock', component: () => import('./SkuStock.vue') },
    { path: 'arrivals', title: '到货计划', permission: 'stock', keep: true, component: () => import('./Arrivals.vue') },
    { path: 'stocktake', title: '盘点', permission: 'stock', component: () => import('./Stocktake.vue') },
    { path: 'quotas', title: '优先供货', permission: 'pricing', keep: true, component: () => import('./Quotas.vue') },
  ],
} satisfies Family
