import type { Schemas } from '@/api'
import { yuan } from '@shared/money'

/** What a coupon takes off, in large: "¥50" or "9.5折". */
export function worthOf({ off_fen, off_bps }: Pick<Schemas['PricingCouponView'], 'off_fen' | 'off_bps'>) {
  if (off_fen !== null) return { sign: '¥', number: yuan(off_fen).replace(/\.00$/, ''), unit: '' }
  const left = 10 - (off_bps ?? 0) / 1000 // 500 bps off is 9.5 of 10
  return { sign: '', number: String(Math.round(left * 100) / 100), unit: '折' }
}
