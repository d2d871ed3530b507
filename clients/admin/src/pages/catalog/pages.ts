import { Goods } from '@element-plus/icons-vue'
import { api } from '@/api/client'
import type { Family, Jump } from '@/parts/declare'
import { may } from '@/session'

const FEW = 5

async function find(words: string): Promise<Jump[]> {
  if (!may('catalog.read')) return []
  const { items } = await api.get('/admin/products', { query: { q: words, limit: FEW } })
  return items.map((one) => ({ title: one.name, hint: '商品', to: `/products/${one.product_id}` }))
}

export default {
  title: '商品',
  icon: Goods,
  order: 20,
  pages: [
    { path: 'products', title: '全部商品', permission: 'catalog.read', keep: true, component: () => import('./Products.vue') },
    { path: 'products/new', title: '新增商品', permission: 'catalog.write', under: 'products', component: () => import('./Product.vue') },
    { path: 'products/import', title: '导入商品', permission: 'catalog.write', under: 'products', component: () => import('./ProductImport.vue') },
    { path: 'products/:product_id', title: '商品资料', permission: 'catalog.read', under: 'products', component: () => import('./Product.vue') },
    { path: 'categories', title: '分类', permission: 'catalog.read', component: () => import('./Categories.vue') },
    { path: 'brands', title: '品牌', permission: 'catalog.read', keep: true, component: () => import('./Brands.vue') },
    { path: 'tags', title: '标签', permission: 'catalog.read', keep: true, component: () => import('./Tags.vue') },
    { path: 'shelves', title: '首页货架', permission: 'catalog.read', component: () => import('./Shelves.vue') },
    { path: 'banners', title: '首页轮播', permission: 'settings', component: () => import('./Banners.vue') },
    { path: 'reviews', title: '评价', permission: 'catalog.read', keep: true, component: () => import('./Reviews.vue') },
    { path: 'searches', title: '无结果搜索', permission: 'catalog.read', component: () => import('./Searches.vue') },
  ],
  find,
} satisfies Family
