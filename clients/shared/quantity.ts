/** How many may be ordered: from a minimum, in multiples, up to what there is. The server has the last word. */

export interface QuantityRule {
  minimum: number
  multiple: number
  /** Null when it is not told. */
  available?: number | null
}

/** The smallest quantity that may be ordered. */
export function least({ minimum, multiple }: QuantityRule): number {
  return Math.ceil(Math.max(minimum, 1) / multiple) * multiple
}

/** The largest quantity that may be ordered; 0 when there is not enough for the smallest. */
export function most(rule: QuantityRule): number {
  const there = Math.min(rule.available ?? Infinity, 999_999)
  const largest = Math.floor(there / rule.multiple) * rule.multiple
  return largest >= least(rule) ? largest : 0
}

/** The allowed quantity nearest to the wanted one; upwards when it lies in the middle. */
export function snap(wanted: number, rule: QuantityRule): number {
  if (!Number.isFinite(wanted)) return least(rule)
  const rounded = Math.round(wanted / rule.multiple) * rule.multiple
  return Math.max(least(rule), Math.min(rounded, most(rule)))
}

/** One step up or down, from wherever it stands. */
export function step(quantity: number, direction: 1 | -1, rule: QuantityRule): number {
  const onGrid = direction > 0 ? Math.floor(quantity / rule.multiple) : Math.ceil(quantity / rule.multiple)
  return snap((onGrid + direction) * rule.multiple, rule)
}

/** "12 盒起订，每次加 6 盒"; empty when any number may be ordered. */
export function ruleText(rule: QuantityRule, unit: string): string {
  const smallest = least(rule)
  if (rule.multiple > 1 && smallest > rule.multiple) return `${smallest} ${unit}起订，${rule.multiple} ${unit}递增`
  if (rule.multiple > 1) return `${rule.multiple} ${unit}起订，整倍数订购`
  return smallest > 1 ? `${smallest} ${unit}起订` : ''
}
