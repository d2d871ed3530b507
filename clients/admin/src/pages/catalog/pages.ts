import { Goods } from '@element-plus/icons-vue'
import type { Family } from '@/parts/declare'

export default {
  title: '商品',
  icon: Goods,
  order: 20,
  pages: [
    { path: 'brands', title: '品牌', permission: 'catalog.read', keep: true, component: () => import('./Brands.vue') },
    { path: 'tags', title: '标签', permission: 'catalog.read', keep: true, component: () => import('./Tags.vue') },
  ],
} satisfies Family
