import { Present } from '@element-plus/icons-vue'
import type { Family } from '@/parts/declare'

export default {
  title: '礼品',
  icon: Present,
  order: 80,
  pages: [
    {
      path: 'redemptions',
      title: '兑换审核',
      permission: 'gifts',
      keep: true,
      component: () => import('./Redemptions.vue'),
      children: [{ path: ':redemption_id', component: () => import('./Redemption.vue') }],
    },
    { path: 'gifts', title: '礼品', permission: 'gifts', keep: true, component: () => import('./Gifts.vue') },
    { path: 'gifts-popularity', title: '受欢迎程度', permission: 'gifts', component: () => import('./Popularity.vue') },
    { path: 'gifts/new', title: '新增礼品', permission: 'gifts', under: 'gifts', component: () => import('./NewGift.vue') },
    { path: 'gifts/:gift_id', title: '礼品资料', permission: 'gifts', under: 'gifts', component: () => import('./Gift.vue') },
  ],
} satisfies Family
