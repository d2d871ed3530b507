/** A version of the earning rule as it is filled in: percentages instead of parts of ten thousand. */
import { api, type Schemas } from '@/api/client'
import type { Choice } from '@/parts/declare'
import { may } from '@/session'

export type Rule = Schemas['PointsRuleView']
export type Kind = 'categories' | 'brands' | 'tags' | 'products'

export interface Multiplier {
  /** 200 means twice as many points. */
  percent: number | null
  kind: Kind
  ids: string[]
}
export interface RuleForm {
  points: number | null
  per_fen: number | null
  minimum_fen: number | null
  most_per_order: number | null
  exchange_points: number | null
  tier_percents: Record<string, number>
  multipliers: Multiplier[]
  effective_from: string | null
  note: string
}

export const KINDS: Record<Kind, string> = { categories: '分类', brands: '品牌', tags: '标签', products: '商品' }

export function formOf(rule: Rule | undefined): RuleForm {
  return {
    points: rule?.points ?? 1,
    per_fen: rule?.per_fen ?? 100,
    minimum_fen: rule?.minimum_fen ?? 0,
    most_per_order: rule?.most_per_order ?? null,
    exchange_points: rule?.exchange_points ?? 100,
    tier_percents: Object.fromEntries(Object.entries(rule?.tier_rates ?? {}).map(([tier, bps]) => [tier, bps / 100])),
    multipliers: (rule?.multipliers ?? []).flatMap(({ bps, scope }) =>
      (Object.keys(KINDS) as Kind[]).filter((kind) => scope[kind]?.length).map((kind) => ({ percent: bps / 100, kind, ids: scope[kind]! })),
    ),
    effective_from: null,
    note: '',
  }
}

export function termsOf(form: RuleForm): Schemas['PointsRuleTerms'] {
  return {
    points: form.points ?? 0,
    per_fen: form.per_fen ?? 100,
    minimum_fen: form.minimum_fen ?? 0,
    most_per_order: form.most_per_order,
    exchange_points: form.exchange_points ?? 100,
    tier_rates: Object.fromEntries(Object.entries(form.tier_percents).map(([tier, percent]) => [tier, Math.round(percent * 100)])),
    multipliers: form.multipliers
      .filter((one) => one.ids.length && one.percent !== null)
      .map((one) => ({ bps: Math.round(one.percent! * 100), scope: { products: [], categories: [], brands: [], tags: [], [one.kind]: one.ids } })),
    note: form.note,
  }
}

/** What a multiplier may be for, by name. */
export async function goodsOf(kind: Kind, words = ''): Promise<Choice[]> {
  if (!may('catalog.read')) return []
  if (kind === 'products') {
    const { items } = await api.get('/admin/products', { query: { state: 'on_sale', q: words || undefined, limit: 50 } })
    return items.map((one) => ({ value: one.product_id, label: one.name }))
  }
  const { items } = await api.get(`/admin/${kind}`)
  return items.map((one) => ({ value: one.group_id, label: one.name }))
}
