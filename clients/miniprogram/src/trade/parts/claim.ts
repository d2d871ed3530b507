import type { Schemas } from '@/api'

type Reason = Schemas['OrdersClaimGoods']['reason']

/** Why goods are claimed, as the buyer says it. */
export const CLAIM_REASONS: Record<Reason, string> = {
  quality: '质量问题',
  damaged: '运输破损',
  wrong_goods: '发错货',
  missing_pieces: '少件漏发',
  not_as_described: '与描述不符',
  unwanted: '不想要了',
  other: '其他原因',
}

export const CLAIM_KINDS: Record<Schemas['OrdersClaimGoods']['kind'], { title: string; note: string }> = {
  refund_only: { title: '仅退款', note: '商品不用寄回' },
  return: { title: '退货退款', note: '寄回验收后退款' },
}
