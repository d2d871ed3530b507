import { randomKey } from '@shared/intent'
import type { Schemas } from '@/api'
import { open } from './navigation'

const KEPT_AS = 'checkout'

/** What somebody is about to order; kept so that a reload does not lose it. */
export interface Draft {
  lines: Schemas['CartWantedLine'][]
  /** Whether the goods leave the cart with the order. */
  fromCart: boolean
  /** Of a draft comes one order, whatever the network, a reload or a second tab of the browser does. */
  key: string
  /** The order as it was sent, when its answer never came: it is sent again like this, under the same key. */
  unsure?: Schemas['OrdersPlaceOrder'] | null
  /** What may still be spent this month, once an order went beyond it: an owner is asked instead. */
  leftFen?: number
}

export const draft = {
  read: () => (uni.getStorageSync(KEPT_AS) || null) as Draft | null,
  write: (kept: Draft) => uni.setStorageSync(KEPT_AS, kept),
  clear: () => uni.removeStorageSync(KEPT_AS),
}

/** Go to the checkout with these lines; the same lines once more, while nothing was ordered, are the same draft. */
export function checkOut(lines: Draft['lines'], fromCart: boolean): void {
  const kept = draft.read()
  const isKept = kept?.fromCart === fromCart && JSON.stringify(kept.lines) === JSON.stringify(lines)
  if (!isKept) draft.write({ lines, fromCart, key: randomKey() })
  open('/trade/checkout')
}

const PAY_NOW = 'pay-now'

/** An order whose payment opens by itself, once: whoever comes back from the cashier is not sent there again. */
export const payNow = {
  ask: (orderId: string) => uni.setStorageSync(PAY_NOW, orderId),
  take(orderId: string): boolean {
    const asked = uni.getStorageSync(PAY_NOW) === orderId
    if (asked) uni.removeStorageSync(PAY_NOW)
    return asked
  },
}
