/** What the filters of the list mean to the API. */
import type { Schemas } from '@/api/client'
import type { Choice } from '@/parts/declare'

export type Search = Schemas['AgentsExportCompanies']
type Bounds = Partial<Pick<Search, 'orders_from' | 'orders_to' | 'paid_from_fen' | 'paid_to_fen'>>

/** How much a company bought within 90 days. */
const SCALES: Record<string, { label: string; bounds: Bounds }> = {
  none: { label: '无订单', bounds: { orders_to: 0 } },
  small: { label: '1 万元以下', bounds: { orders_from: 1, paid_to_fen: 999_999 } },
  middle: { label: '1 万 – 5 万元', bounds: { paid_from_fen: 1_000_000, paid_to_fen: 4_999_999 } },
  large: { label: '5 万 – 20 万元', bounds: { paid_from_fen: 5_000_000, paid_to_fen: 19_999_999 } },
  huge: { label: '20 万元以上', bounds: { paid_from_fen: 20_000_000 } },
}
export const scales: Choice[] = Object.entries(SCALES).map(([value, { label }]) => ({ value, label }))

export function searchOf({ scale, ...rest }: Record<string, string | undefined>): Search {
  return { ...(rest as unknown as Search), ...(scale ? SCALES[scale]?.bounds : {}) }
}
