import { OfficeBuilding } from '@element-plus/icons-vue'
import type { Family } from '@/parts/declare'

export default {
  title: '代理商',
  icon: OfficeBuilding,
  order: 10,
  pages: [
    {
      path: 'applications',
      title: '入驻申请',
      permission: 'agents.review',
      keep: true,
      component: () => import('./Applications.vue'),
      children: [{ path: ':agent_id', component: () => import('./Application.vue') }],
    },
    { path: 'agents', title: '代理商', permission: 'agents', keep: true, component: () => import('./Agents.vue') },
    { path: 'policies', title: '订单处理规则', permission: 'agents', keep: true, component: () => import('./Policies.vue') },
    { path: 'referrals', title: '邀请奖励', permission: 'agents.review', keep: true, component: () => import('./Referrals.vue') },
    { path: 'agents/:agent_id', title: '代理商资料', permission: 'agents', under: 'agents', component: () => import('./Agent.vue') },
  ],
} satisfies Family
