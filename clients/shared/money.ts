/** Money is whole fen everywhere; only people see yuan. */

/** 123450 → "1,234.50". */
export function yuan(fen: number): string {
  const { whole, cents } = yuanParts(fen)
  return `${whole}.${cents}`
}

/** 123450 → "1234.50": for fields of numbers, which take no comma, and for banks. */
export function plainYuan(fen: number): string {
  return yuan(fen).replace(/,/g, '')
}

/** The two halves of a price, which are shown in different sizes. */
export function yuanParts(fen: number): { whole: string; cents: string } {
  const amount = Math.abs(fen)
  const whole = grouped(Math.floor(amount / 100))
  return { whole: fen < 0 ? `-${whole}` : whole, cents: String(amount % 100).padStart(2, '0') }
}

/** 12345 → "12,345"; for whole numbers such as points. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** "12.5" → 1250; null when it is no amount. */
export function fenOf(text: string): number | null {
  const found = /^\s*(\d{1,9})(?:\.(\d{1,2}))?\s*$/.exec(text.replace(/[,，¥￥]/g, ''))
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : null
}
