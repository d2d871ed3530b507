/** The terms of a gift as they are filled in. */
import { api, type Schemas } from '@/api/client'
import type { Choice, Field } from '@/parts/declare'
import { tiers } from '@/parts/lookup'
import { may } from '@/session'
import { categories, KINDS } from './words'

export type Gift = Schemas['GiftsStaffGiftDetail']
type Terms = Omit<Schemas['GiftsNewGift'], 'stock'>
export type GiftForm = Omit<Terms, 'points' | 'images'> & { points: number | null; images: string[]; stock: number | null }

export function formOf(gift: Gift | null): GiftForm {
  return {
    name: gift?.name ?? '',
    kind: gift?.kind ?? 'physical',
    category: gift?.category ?? 'sample',
    points: gift?.points ?? null,
    images: gift?.images ?? [],
    description: gift?.description ?? '',
    per_agent_limit: gift?.per_agent_limit ?? null,
    tiers: gift?.tiers ?? [],
    starts_at: gift?.starts_at ?? null,
    ends_at: gift?.ends_at ?? null,
    template_id: gift?.template_id ?? null,
    cost_fen: gift?.cost_fen ?? 0,
    stock: 0,
  }
}

export function termsOf({ stock: _, ...form }: GiftForm): Terms {
  return { ...form, points: form.points!, template_id: form.kind === 'coupon' ? form.template_id : null, cost_fen: form.cost_fen ?? 0 }
}

async function couponKinds(): Promise<Choice[]> {
  if (!may('pricing')) return []
  const { items } = await api.get('/admin/coupons', { query: { limit: 100 } })
  return items.filter((one) => one.state === 'active').map((one) => ({ value: one.id, label: one.terms.name }))
}

export function fieldsOf(gift: Gift | null): Field<GiftForm>[] {
  return [
    { key: 'name', label: '名称', required: true, max: 40, section: '礼品' },
    { key: 'kind', label: '类型', kind: 'choice', required: true, choices: Object.entries(KINDS).map(([value, label]) => ({ value, label })), disabled: gift !== null },
    { key: 'template_id', label: '优惠券', kind: 'choice', required: true, choices: couponKinds, when: (form) => form.kind === 'coupon', help: '兑换后发放一张这种优惠券' },
    { key: 'category', label: '分类', kind: 'choice', required: true, choices: categories },
    { key: 'images', label: '图片', words: (images: string[]) => `${images.length} 张`, help: '第一张用作封面' },
    { key: 'description', label: '介绍', kind: 'area', max: 5000 },
    { key: 'points', label: '所需积分', kind: 'integer', required: true, min: 1, max: 100_000_000, section: '兑换' },
    { key: 'stock', label: '初始库存', kind: 'integer', max: 1_000_000, when: (form) => gift === null && form.kind === 'physical' },
    { key: 'per_agent_limit', label: '每家限兑', kind: 'integer', min: 1, max: 100_000, help: '留空表示不限' },
    { key: 'tiers', label: '限等级', kind: 'many', choices: tiers, help: '留空表示所有等级都可兑换' },
    { key: 'starts_at', label: '开始时间', kind: 'instant' },
    { key: 'ends_at', label: '结束时间', kind: 'instant', check: (ends: string, { starts_at }) => (starts_at && ends <= starts_at ? '须晚于开始时间' : undefined) },
    { key: 'cost_fen', label: '单件成本', kind: 'money', help: '仅内部可见，用于核算' },
  ]
}
