/** What of a cart can be ordered, and how it reads before the server has answered. */
import type { Schemas } from '@/api'
import { most, type QuantityRule } from '@shared/quantity'

export type Line = Schemas['CartLineView']
export type Wanted = Schemas['CartWantedLine']

export const ruleOf = ({ minimum, multiple, stock }: Line): QuantityRule => ({ minimum, multiple, available: stock.available })

/** Whether no quantity of it can be ordered now. */
export function isGone(line: Line): boolean {
  const codes = line.problems.map(({ code }) => code)
  return codes.includes('Unavailable') || (codes.includes('OutOfStock') && most(ruleOf(line)) === 0)
}

/** What can be ordered, and what cannot, each in the cart's order. */
export function parted(lines: Line[]): { good: Line[]; gone: Line[] } {
  return { good: lines.filter((line) => !isGone(line)), gone: lines.filter(isGone) }
}

/** The lines with quantities that are on their way to the server. */
export function withWanted(lines: Line[], wanted: Record<string, number>): Line[] {
  return lines.map((line) => {
    const quantity = wanted[line.sku_id]
    return quantity === undefined ? line : { ...line, quantity, amount_fen: quantity * line.unit_price_fen }
  })
}

/** What is chosen for an order: every good line but those set aside. */
export function chosen(lines: Line[], aside: string[]): Wanted[] {
  return parted(lines)
    .good.filter(({ sku_id }) => !aside.includes(sku_id))
    .map(({ sku_id, quantity }) => ({ sku_id, quantity }))
}

/** The quantity nearest to what was wanted that heals a line; null when there is none. */
export function remedy(line: Line): number | null {
  for (const { code, nearest_quantities: nearest } of line.problems)
    if ((code === 'BelowMinimum' || code === 'NotInMultiple') && nearest?.length) return nearest[nearest.length - 1]
  const isShort = line.problems.some(({ code }) => code === 'OutOfStock')
  return isShort ? most(ruleOf(line)) || null : null
}
