/** Names of products and SKUs, for lists and terms that hold only their ids. */
import { reactive } from 'vue'
import { api, type Schemas } from '@/api/client'
import { may } from '@/session'

export type NamedSku = Schemas['CatalogNamedSku']
export type NamedProduct = Schemas['CatalogNamedProduct']

const MOST = 100
const skus = reactive(new Map<string, NamedSku>())
const products = reactive(new Map<string, NamedProduct>())

export const skuOf = (id: string): NamedSku | undefined => skus.get(id)
export const productOf = (id: string): NamedProduct | undefined => products.get(id)

export function know(sku: NamedSku): void {
  skus.set(sku.sku_id, sku)
}

/** "山野有机绿茶 250g", or the id while nothing is known of it. */
export function skuName(id: string): string {
  const sku = skus.get(id)
  return sku ? [sku.name, sku.spec].filter(Boolean).join(' ') : id
}

/** Learn what these ids are called, so far as the person may see it. */
export async function learn(ids: readonly string[]): Promise<void> {
  const unknown = [...new Set(ids)].filter((id) => id && !skus.has(id) && !products.has(id))
  if (!may('catalog.read')) return
  for (let at = 0; at < unknown.length; at += MOST) {
    const found = await api.get('/admin/goods', { query: { ids: unknown.slice(at, at + MOST).join(',') } })
    found.skus.forEach(know)
    found.products.forEach((one) => products.set(one.product_id, one))
  }
}

/** Products on sale that match some words. */
export async function searchProducts(words: string): Promise<Schemas['CatalogStaffCard'][]> {
  const { items } = await api.get('/admin/products', { query: { q: words, state: 'on_sale', limit: 20 } })
  items.forEach(({ product_id, name, image, state }) => products.set(product_id, { product_id, name, image, state }))
  return items
}

/** The SKUs of a product. */
export async function skusOf(productId: string): Promise<NamedSku[]> {
  const product = await api.get('/admin/products/{product_id}', { path: { product_id: productId } })
  const found = product.skus.map((sku) => ({
    sku_id: sku.sku_id,
    product_id: productId,
    name: product.name,
    spec: sku.values.join(' '),
    code: sku.code,
    unit: sku.unit,
    image: sku.image || product.images[0] || '',
    base_price_fen: sku.base_price_fen,
  }))
  found.forEach(know)
  return found
}
