import { Discount } from '@element-plus/icons-vue'
import type { Family } from '@/parts/declare'

export default {
  title: '营销',
  icon: Discount,
  order: 60,
  pages: [
    { path: 'price-lists', title: '价格表', permission: 'pricing', keep: true, component: () => import('./PriceLists.vue') },
    { path: 'price-lists/new', title: '新增价格表', permission: 'pricing', under: 'price-lists', component: () => import('./PriceList.vue') },
    { path: 'price-lists/:id', title: '价格表', permission: 'pricing', under: 'price-lists', component: () => import('./PriceList.vue') },
    { path: 'promotions', title: '促销活动', permission: 'pricing', keep: true, component: () => import('./Promotions.vue') },
    { path: 'promotions/new', title: '新增促销', permission: 'pricing', under: 'promotions', component: () => import('./Promotion.vue') },
    { path: 'promotions/:id', title: '促销活动', permission: 'pricing', under: 'promotions', component: () => import('./Promotion.vue') },
    { path: 'coupons', title: '优惠券', permission: 'pricing', keep: true, component: () => import('./Coupons.vue') },
    {
      path: 'supports',
      title: '扶持计划',
      permission: 'pricing',
      keep: true,
      component: () => import('./Supports.vue'),
      children: [{ path: 'new', component: () => import('./NewSupport.vue') }],
    },
    { path: 'campaigns', title: '积分活动', permission: 'points', keep: true, component: () => import('./Campaigns.vue') },
    { path: 'campaigns/new', title: '新增积分活动', permission: 'points', under: 'campaigns', component: () => import('./Campaign.vue') },
    { path: 'campaigns/:campaign_id', title: '积分活动', permission: 'points', under: 'campaigns', component: () => import('./Campaign.vue') },
  ],
} satisfies Family
