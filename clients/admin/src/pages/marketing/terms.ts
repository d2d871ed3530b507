/** What price lists, promotions, coupons and quotas have in common: for whom, for what, when, how much off. */
import type { Schemas } from '@/api/client'
import type { States } from '@/parts/declare'
import { instant, yuan } from '@/parts/format'

export interface Audience { agent_ids: string[]; tiers: string[]; segments: string[]; regions: string[] }
export interface Scope { product_ids: string[]; category_ids: string[]; brand_ids: string[]; tags: string[] }
export interface Discount { off_fen: number | null; off_bps: number | null; cap_fen: number | null }
export interface Period { starts_at: string | null; ends_at: string | null }

export const phases: States = {
  draft: { text: '草稿', tone: 'plain' },
  scheduled: { text: '待开始', tone: 'info' },
  running: { text: '进行中', tone: 'good' },
  paused: { text: '已暂停', tone: 'wait' },
  ended: { text: '已结束', tone: 'plain' },
}
export const templateStates: States = {
  active: { text: '可发放', tone: 'good' },
  stopped: { text: '已停发', tone: 'plain' },
}

export const everybody = (given?: Schemas['PricingAudience']): Audience => ({ agent_ids: [], tiers: [], segments: [], regions: [], ...given })
export const everything = (given?: Schemas['PricingScope']): Scope => ({ product_ids: [], category_ids: [], brand_ids: [], tags: [], ...given })
export const noDiscount = (given?: Schemas['PricingDiscount'] | null): Discount => ({ off_fen: null, off_bps: null, cap_fen: null, ...given })
export const period = (given?: Schemas['PricingWindow'] | null): Period => ({ starts_at: given?.starts_at ?? null, ends_at: given?.ends_at ?? null })

/** "2026-11-01 00:00 至 长期" */
export function periodText({ starts_at, ends_at }: { starts_at?: string | null; ends_at?: string | null }): string {
  return `${instant(starts_at)} 至 ${ends_at ? instant(ends_at) : '长期'}`
}

export function audienceText(audience: Schemas['PricingAudience'] | undefined, tierName: (code: string) => string): string {
  const { agent_ids, tiers, segments, regions } = everybody(audience)
  const parts = [
    tiers.map(tierName).join('、'),
    agent_ids.length ? `${agent_ids.length} 家代理商` : '',
    segments.length ? `${segments.length} 个分群` : '',
    regions.length ? `${regions.length} 个地区` : '',
  ]
  return parts.filter(Boolean).join('，') || '全部代理商'
}

export function scopeText(scope: Schemas['PricingScope'] | undefined): string {
  const { product_ids, category_ids, brand_ids, tags } = everything(scope)
  const parts = [
    product_ids.length ? `${product_ids.length} 个商品` : '',
    category_ids.length ? `${category_ids.length} 个分类` : '',
    brand_ids.length ? `${brand_ids.length} 个品牌` : '',
    tags.length ? `${tags.length} 个标签` : '',
  ]
  return parts.filter(Boolean).join('，') || '全部商品'
}

/** 1500 basis points → "15%". */
export const percent = (bps: number): string => `${Number((bps / 100).toFixed(2))}%`

export function discountText({ off_fen, off_bps, cap_fen }: Schemas['PricingDiscount']): string {
  if (off_fen) return `减 ¥${yuan(off_fen)}`
  return `减 ${percent(off_bps ?? 0)}${cap_fen ? `，最多 ¥${yuan(cap_fen)}` : ''}`
}

export function periodProblem({ starts_at, ends_at }: Period, mustEnd: boolean): string | undefined {
  if (!starts_at) return '请选择开始时间'
  if (mustEnd && !ends_at) return '请选择结束时间'
  return ends_at && ends_at <= starts_at ? '结束时间须晚于开始时间' : undefined
}

export function discountProblem({ off_fen, off_bps }: Discount): string | undefined {
  return off_fen || off_bps ? undefined : '请填写优惠内容'
}

/** Places and names are counted here, not named. */
export const words = {
  audience: (audience: Audience) => audienceText(audience, (code) => code),
  scope: scopeText,
  window: (window: Period) => periodText(window),
  discount: (discount: Discount) => discountText(discount),
}

/** What each state may become, and what that means. */
export const STEPS = {
  published: { action: '发布', text: '在有效期内立即生效。', danger: false },
  paused: { action: '暂停', text: '暂停后不再影响新订单，可随时恢复；已下的订单不变。', danger: true },
  ended: { action: '结束', text: '结束后不能恢复；已下的订单不变。', danger: true },
} as const
export type Wanted = keyof typeof STEPS
export function stepsFrom(state: string): Wanted[] {
  return ({ draft: ['published', 'ended'], published: ['paused', 'ended'], paused: ['published', 'ended'] } as Record<string, Wanted[]>)[state] ?? []
}
export const actionFor = (wanted: Wanted, state: string): string => (wanted === 'published' && state === 'paused' ? '恢复' : STEPS[wanted].action)
