/** What points, gifts and redemptions are called. */
import type { Schemas } from '@/api'
import { businessDayText } from '@shared/dates'
import { grouped } from '@shared/money'

type Account = Pick<Schemas['PointsAccountPage'], 'available' | 'pending' | 'expiries'>
type State = Schemas['GiftsRedemptionView']['state']

/** What runs out next, or what is still to come; one line. */
export function expiryText({ pending, expiries }: Account): string {
  if (pending) return `另有 ${grouped(pending)} 分待生效`
  const [next] = expiries
  return next ? `${grouped(next.points)} 分 ${businessDayText(next.expires_on)}到期` : '下单即可获得积分'
}

/** "+120", "−800". */
export const signed = (points: number) => `${points > 0 ? '+' : points < 0 ? '−' : ''}${grouped(Math.abs(points))}`

export const GIFT_KINDS: Record<Schemas['GiftCard']['kind'], { name: string; way: string }> = {
  physical: { name: '实物', way: '审核通过后寄往所选地址' },
  coupon: { name: '优惠券', way: '审核通过后发到“优惠券”' },
  virtual: { name: '兑换码', way: '审核通过后在兑换记录查看' },
}

export const GIFT_CATEGORIES = [
  { value: 'all', name: '全部' },
  { value: 'sample', name: '样品' },
  { value: 'marketing', name: '营销物料' },
  { value: 'electronics', name: '电子' },
  { value: 'home', name: '家居' },
  { value: 'coupon', name: '优惠券' },
  { value: 'service', name: '虚拟服务' },
] as const

export const REDEMPTION_STATES: Record<State, { name: string; tone: 'wait' | 'good' | 'bad' | 'over' }> = {
  pending_review: { name: '待审核', tone: 'wait' },
  approved: { name: '待发货', tone: 'wait' },
  issuing: { name: '发放中', tone: 'wait' },
  issue_failed: { name: '发放中', tone: 'wait' }, // staff try again or give the points back
  shipped: { name: '已发货', tone: 'good' },
  received: { name: '已签收', tone: 'good' },
  issued: { name: '已发放', tone: 'good' },
  completed: { name: '已完成', tone: 'over' },
  rejected: { name: '未通过', tone: 'bad' },
  cancelled: { name: '已取消', tone: 'over' },
  returned: { name: '已退回', tone: 'over' },
}

export const ENTRY_KINDS = [
  { value: 'all', name: '全部' },
  { value: 'granted', name: '获得' },
  { value: 'spent', name: '兑换' },
  { value: 'returned', name: '退回' },
  { value: 'reversed', name: '扣回' },
  { value: 'expired', name: '过期' },
] as const
