import { OfficeBuilding } from '@element-plus/icons-vue'
import { api } from '@/api/client'
import type { Family, Jump } from '@/parts/declare'
import { may } from '@/session'

const FEW = 5

async function find(words: string): Promise<Jump[]> {
  if (!may('agents')) return []
  const { items } = await api.get('/admin/agents', { query: { q: words, limit: FEW } })
  return items.map((one) => ({ title: one.name, hint: '代理商', to: `/agents/${one.agent_id}` }))
}

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
    { path: 'segments', title: '分群', permission: 'agents', keep: true, component: () => import('./SegmentList.vue') },
    { path: 'tiers', title: '等级', permission: 'agents', keep: true, component: () => import('./Tiers.vue') },
    { path: 'policies', title: '订单处理规则', permission: 'agents', keep: true, component: () => import('./Policies.vue') },
    { path: 'referrals', title: '邀请奖励', permission: 'agents.review', keep: true, component: () => import('./Referrals.vue') },
    { path: 'agents/:agent_id', title: '代理商资料', permission: 'agents', under: 'agents', component: () => import('./Agent.vue') },
  ],
  find,
} satisfies Family
