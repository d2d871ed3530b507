/** Gifts and redemptions in words. */
import type { Choice, States } from '@/parts/declare'

export const giftStates: States = {
  draft: { text: '草稿', tone: 'plain' },
  on_sale: { text: '可兑换', tone: 'good' },
  off_sale: { text: '已下架', tone: 'wait' },
  archived: { text: '已归档', tone: 'plain' },
}

export const redemptionStates: States = {
  pending_review: { text: '待审核', tone: 'wait' },
  approved: { text: '待发货', tone: 'info' },
  issuing: { text: '发放中', tone: 'info' },
  issue_failed: { text: '发放失败', tone: 'bad' },
  shipped: { text: '已发货', tone: 'info' },
  received: { text: '已签收', tone: 'good' },
  issued: { text: '已发放', tone: 'good' },
  completed: { text: '已完成', tone: 'good' },
  rejected: { text: '已拒绝', tone: 'bad' },
  cancelled: { text: '已取消', tone: 'plain' },
  returned: { text: '已退回', tone: 'plain' },
}

export const KINDS = { physical: '实物', coupon: '优惠券', virtual: '卡密' } as const

export const categories: Choice[] = [
  { value: 'sample', label: '样品' },
  { value: 'marketing', label: '营销物料' },
  { value: 'electronics', label: '电子' },
  { value: 'home', label: '家居' },
  { value: 'coupon', label: '优惠券' },
  { value: 'service', label: '虚拟服务' },
]

export const movementReasons: Record<string, string> = { purchase: '采购入库', stocktake: '盘点', damage: '损坏', correction: '更正', redeemed: '兑换', returned: '退回', codes: '导入卡密' }
