import { api, type Schemas } from '@/api'

/** Put more of a SKU into the cart. The interface sets quantities, so that a repeated call does no harm. */
export async function addToCart(skuId: string, quantity: number): Promise<Schemas['CartView']> {
  const cart = await api.get('/cart')
  const there = cart.lines.find(({ sku_id }) => sku_id === skuId)?.quantity ?? 0
  return api.put('/cart/items/{sku_id}', { path: { sku_id: skuId }, body: { quantity: there + quantity } })
}
