import { api } from '@/api'
import { useCart } from '@/stores/cart'

/** What was asked for last and not answered yet, or never. */
let unsure: { skuId: string; added: number; quantity: number } | null = null

/** Put more of a SKU into the cart; asked again after an answer was lost, it is not put there twice. */
export async function addToCart(skuId: string, added: number): Promise<void> {
  const cart = useCart()
  const { lines } = await cart.load()
  const there = lines.find(({ sku_id }) => sku_id === skuId)?.quantity ?? 0
  const isThere = unsure?.skuId === skuId && unsure.added === added && unsure.quantity === there
  const quantity = there + added
  unsure = isThere ? null : { skuId, added, quantity }
  if (isThere) return
  cart.take(await api.put('/cart/items/{sku_id}', { path: { sku_id: skuId }, body: { quantity } }))
  unsure = null
}
