/** How figures and instants are written for people; business time is Shanghai's. */
export { fenOf, yuan } from '@shared/money'

const ZONE = 'Asia/Shanghai'
const minute = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'short' })
const second = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'medium' })
const date = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short' })
const whole = new Intl.NumberFormat('zh-CN')

export function number(value: number): string {
  return whole.format(value)
}

/** To the minute. */
export function instant(text: string | null | undefined): string {
  return text ? minute.format(new Date(text)) : '—'
}

/** To the second, for logs and files. */
export function exactInstant(text: string | null | undefined): string {
  return text ? second.format(new Date(text)) : ''
}

/** The business day of an instant, "2026-11-22". */
export function dayOf(moment: Date = new Date()): string {
  return date.format(moment)
}

/** The day some days away from today. */
export function dayFromNow(days: number): string {
  return dayOf(new Date(Date.now() + days * 86_400_000))
}

/** 3 → "3 小时"; 50 → "2 天" */
export function age(hours: number): string {
  if (hours < 1) return '不到 1 小时'
  return hours < 48 ? `${hours} 小时` : `${Math.floor(hours / 24)} 天`
}

/** How much more than before, "+12.5%"; null when there was nothing to compare with. */
export function change(now: number, before: number): string | null {
  if (!before) return null
  const part = ((now - before) / Math.abs(before)) * 100
  return `${part > 0 ? '+' : ''}${part.toFixed(1)}%`
}
