import { DataAnalysis } from '@element-plus/icons-vue'
import type { Family } from '@/parts/declare'

export default {
  title: '数据',
  icon: DataAnalysis,
  order: 90,
  pages: [
    { path: 'insights/sales', title: '销售分析', permission: 'reports', component: () => import('./Sales.vue') },
    { path: 'insights/agents', title: '客户分层', permission: 'reports', keep: true, component: () => import('./Standings.vue') },
    { path: 'insights/agents/:agent_id', title: '采购行为', permission: 'reports', under: 'insights/agents', component: () => import('./AgentInsight.vue') },
    { path: 'insights/products/:product_id', title: '商品销量', permission: 'reports', under: 'insights/sales', component: () => import('./ProductInsight.vue') },
    { path: 'insights/forecasts', title: '销量预测', permission: 'reports', keep: true, component: () => import('./Forecasts.vue') },
    { path: 'insights/replenishment', title: '补货建议', permission: 'reports', keep: true, component: () => import('./Replenishment.vue') },
    { path: 'insights/slow-movers', title: '滞销商品', permission: 'reports', keep: true, component: () => import('./SlowMovers.vue') },
    { path: 'insights/promotions', title: '促销效果', permission: 'reports', keep: true, component: () => import('./Promotions.vue') },
  ],
} satisfies Family
