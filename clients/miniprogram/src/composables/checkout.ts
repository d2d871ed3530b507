import type { Schemas } from '@/api'
import { open } from './navigation'

const KEPT_AS = 'checkout'

/** What somebody is about to order; kept so that a reload does not lose it. */
export interface Draft {
  lines: Schemas['CartWantedLine'][]
  /** Whether the goods leave the cart with the order. */
  fromCart: boolean
}

export const draft = {
  read: () => (uni.getStorageSync(KEPT_AS) || null) as Draft | null,
  clear: () => uni.removeStorageSync(KEPT_AS),
}

/** Go to the checkout with these lines. */
export function checkOut(lines: Draft['lines'], fromCart: boolean): void {
  uni.setStorageSync(KEPT_AS, { lines, fromCart })
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
