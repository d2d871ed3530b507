import { api } from '@/api'
import { useCart } from '@/stores/cart'

/** Put more of a SKU into the cart. The interface sets quantities, so that a repeated call does no harm. */
export async function addToCart(skuId: string, quantity: number): Promise<void> {
  const cart = useCart()
  const { lines } = await cart.load()
  const there = lines.find(({ sku_id }) => sku_id === skuId)?.quantity ?? 0
  cart.take(await api.put('/cart/items/{sku_id}', { path: { sku_id: skuId }, body: { quantity: there + quantity } }))
}
