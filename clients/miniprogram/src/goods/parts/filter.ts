import type { Schemas } from '@/api'
import { yuan } from '@shared/money'

/** What a list of products is narrowed to. */
export interface Filter {
  category?: string
  brand: string[]
  tag: string[]
  min_price_fen?: number
  max_price_fen?: number
}

export const SORTS = [
  { value: 'relevance', name: '综合' },
  { value: 'sales', name: '销量' },
  { value: 'newest', name: '新品' },
] as const

export type Sort = (typeof SORTS)[number]['value'] | 'price' | '-price'

/** How many conditions hold. */
export function countOf({ category, brand, tag, min_price_fen, max_price_fen }: Filter): number {
  const hasPrice = min_price_fen !== undefined || max_price_fen !== undefined
  return Number(Boolean(category)) + brand.length + tag.length + Number(hasPrice)
}

/** "20–50 元", "500 元以上". */
export function bandText({ from_fen, below_fen }: Schemas['CatalogPriceBand']): string {
  const short = (fen: number) => yuan(fen).replace('.00', '')
  if (below_fen === null) return `${short(from_fen)} 元以上`
  return from_fen ? `${short(from_fen)}–${short(below_fen)} 元` : `${short(below_fen)} 元以下`
}
