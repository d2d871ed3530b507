import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { api, asApiError, sessions, type Schemas } from '@/api'
import { withWanted } from '@/composables/cartLines'
import { toast } from '@/composables/feedback'
import { isOnline } from '@/platform'

type Cart = Schemas['CartView']

const TAB = 2
const PAUSE_MS = 350

/**
 * The company's cart. Quantities show at once and are sent when the person pauses; answers that come after a
 * newer change are dropped. What could not be sent waits for the network.
 */
export const useCart = defineStore('cart', () => {
  const view = shallowRef<Cart | null>(null)
  const wanted = ref<Record<string, number>>({})
  const lines = computed(() => withWanted(view.value?.lines ?? [], wanted.value))
  const count = computed(() => view.value?.lines.length ?? 0)
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  /** Changed while there was no network. */
  const waiting = new Set<string>()
  let turn = 0

  /** Keep an answer of the server as the cart. */
  function take(cart: Cart): void {
    turn += 1
    view.value = cart
    const known = new Map(cart.lines.map((line) => [line.sku_id, line.quantity]))
    wanted.value = Object.fromEntries(Object.entries(wanted.value).filter(([id, quantity]) => known.get(id) !== quantity))
    showBadge()
  }

  async function load(): Promise<Cart> {
    const mine = ++turn
    const cart = await api.get('/cart')
    if (mine === turn) take(cart)
    resume()
    return cart
  }

  /** Send what waited for the network, if it is still in the cart. */
  function resume(): void {
    for (const skuId of waiting) {
      waiting.delete(skuId)
      const quantity = wanted.value[skuId]
      if (lines.value.some(({ sku_id }) => sku_id === skuId) && quantity !== undefined) void send(skuId, quantity)
      else giveUp(skuId, quantity)
    }
  }

  /** Learn how much is in it; without a word when that fails. */
  async function peek(): Promise<void> {
    if (sessions.read()) await load().catch(() => undefined)
    else forget()
  }

  function forget(): void {
    turn += 1
    view.value = null
    wanted.value = {}
    waiting.clear()
    showBadge()
  }

  function set(skuId: string, quantity: number): void {
    wanted.value = { ...wanted.value, [skuId]: quantity }
    waiting.delete(skuId)
    turn += 1
    clearTimeout(timers.get(skuId))
    timers.set(skuId, setTimeout(() => void send(skuId, quantity), PAUSE_MS))
  }

  async function send(skuId: string, quantity: number): Promise<void> {
    const mine = ++turn
    try {
      const cart = await api.put('/cart/items/{sku_id}', { path: { sku_id: skuId }, body: { quantity } })
      if (mine === turn) take(cart)
    } catch (error) {
      const failure = asApiError(error)
      if (failure.isOffline) {
        waiting.add(skuId)
        toast('网络不可用，数量会在恢复后保存')
        return
      }
      giveUp(skuId, quantity)
      toast(failure.message)
      await peek()
    }
  }

  function giveUp(skuId: string, quantity: number): void {
    if (wanted.value[skuId] !== quantity) return // changed again meanwhile
    const { [skuId]: _, ...rest } = wanted.value
    wanted.value = rest
  }

  async function remove(skuIds: string[]): Promise<void> {
    for (const sku_id of skuIds) take(await api.delete('/cart/items/{sku_id}', { path: { sku_id } }))
  }

  /** How many kinds there are, on the tab. Only tab pages can show it. */
  function showBadge(): void {
    const fail = () => undefined
    if (count.value) uni.setTabBarBadge({ index: TAB, text: count.value > 99 ? '99+' : String(count.value), fail })
    else uni.removeTabBarBadge({ index: TAB, fail })
  }

  watch(isOnline, (isBack) => isBack && waiting.size && void peek())

  const isSettled = computed(() => !Object.keys(wanted.value).length)
  return { view, lines, count, isSettled, take, load, peek, forget, set, remove, showBadge }
})

