/** A points campaign as the form holds it, and as the API takes it. */
import type { Schemas } from '@/api/client'
import { number } from '@/parts/format'
import type { Period, Scope } from './terms'

export type Campaign = Schemas['PointsCampaignView']

export interface CampaignForm {
  name: string
  description: string
  kind: Campaign['kind']
  /** Twice the points is 2. */
  times: number | null
  bonus_points: number | null
  scope: Scope
  tiers: string[]
  minimum_fen: number | null
  window: Period
  exclusive_group: string | null
  most_per_order: number | null
  most_per_agent: number | null
  budget: number | null
}

export function worthText({ kind, multiplier_bps, bonus_points }: Campaign): string {
  return kind === 'multiplier' ? `${multiplier_bps / 10_000} 倍积分` : `每单加赠 ${number(bonus_points)} 积分`
}

export function formOf(campaign: Campaign | null): CampaignForm {
  const { products = [], categories = [], brands = [], tags = [] } = campaign?.scope ?? {}
  return {
    name: campaign?.name ?? '',
    description: campaign?.description ?? '',
    kind: campaign?.kind ?? 'multiplier',
    times: campaign ? campaign.multiplier_bps / 10_000 : 2,
    bonus_points: campaign?.bonus_points ?? 100,
    scope: { product_ids: [...products], category_ids: [...categories], brand_ids: [...brands], tags: [...tags] },
    tiers: [...(campaign?.tiers ?? [])],
    minimum_fen: campaign?.minimum_fen || null,
    window: { starts_at: campaign?.starts_at ?? null, ends_at: campaign?.ends_at ?? null },
    exclusive_group: campaign?.exclusive_group ?? null,
    most_per_order: campaign?.most_per_order ?? null,
    most_per_agent: campaign?.most_per_agent ?? null,
    budget: campaign?.budget ?? null,
  }
}

export function bodyOf(form: CampaignForm): Schemas['PointsCampaignTerms'] {
  const { name, description, kind, times, bonus_points, scope, tiers, minimum_fen, window, exclusive_group, most_per_order, most_per_agent, budget } = form
  const isMultiplier = kind === 'multiplier'
  return {
    name,
    description,
    image: '',
    kind,
    multiplier_bps: isMultiplier ? Math.round((times ?? 1) * 10_000) : 10_000,
    bonus_points: isMultiplier ? 0 : (bonus_points ?? 0),
    scope: { products: scope.product_ids, categories: scope.category_ids, brands: scope.brand_ids, tags: scope.tags },
    tiers,
    minimum_fen: minimum_fen ?? 0,
    starts_at: window.starts_at ?? '',
    ends_at: window.ends_at ?? '',
    exclusive_group: exclusive_group || null,
    most_per_order,
    most_per_agent,
    budget,
  }
}
