/** Orders by hour of the week. */
import type { Schemas } from '@/api/client'

type Hours = Schemas['InsightsHourView'][]
export const DAYS = ['周一', '周二', '周三', '周四', '周五', '周六', '周日']

/** Orders by weekday, Monday first, and hour; the interface counts weekdays from 1. */
export function ordersAt(hours: Hours): number[][] {
  const found = DAYS.map(() => Array.from({ length: 24 }, () => 0))
  for (const { weekday, hour, orders } of hours) found[weekday - 1]![hour] = orders
  return found
}

/** "，最多在周二 10 点"; empty when nothing was ordered. */
export function busiestOf(hours: Hours): string {
  const most = hours.reduce<Hours[number] | null>((best, one) => (best && best.orders >= one.orders ? best : one), null)
  return most ? `，最多在${DAYS[most.weekday - 1]} ${most.hour} 点` : ''
}
