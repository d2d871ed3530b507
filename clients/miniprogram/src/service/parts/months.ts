/** "2026-11" → "2026-10"; counts back or on. */
export function shifted(month: string, by: number): string {
  const [year, number] = month.split('-').map(Number)
  const count = year * 12 + number - 1 + by
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`
}

/** The month it is in China. */
export function thisMonth(now: number = Date.now()): string {
  return new Date(now + 8 * 3600_000).toISOString().slice(0, 7)
}

export function monthText(month: string): string {
  const [year, number] = month.split('-').map(Number)
  return `${year}年${number}月`
}

/** "+12.5%", "−3.0%"; empty when there is nothing to compare with. */
export function changeText(now: number, before: number): string {
  if (!before) return ''
  const change = ((now - before) / before) * 100
  return `${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(1)}%`
}
