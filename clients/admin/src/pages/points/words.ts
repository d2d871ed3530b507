/** Kinds of lines in a ledger and states of corrections, in words. */
import type { States } from '@/parts/declare'

export const entryKinds: States = {
  granted: { text: '发放', tone: 'good' },
  activated: { text: '生效', tone: 'info' },
  spent: { text: '兑换', tone: 'plain' },
  returned: { text: '退回', tone: 'good' },
  reversed: { text: '扣回', tone: 'bad' },
  expired: { text: '过期', tone: 'plain' },
  adjusted: { text: '调整', tone: 'wait' },
}

export const adjustmentStates: States = {
  pending: { text: '待复核', tone: 'wait' },
  booked: { text: '已入账', tone: 'good' },
  rejected: { text: '已驳回', tone: 'bad' },
}

export const ruleStates: States = {
  future: { text: '待生效', tone: 'info' },
  in_force: { text: '生效中', tone: 'good' },
  past: { text: '已结束', tone: 'plain' },
}

/** +120 or −80, so that the direction can be read at a glance. */
export function signed(points: number): string {
  return points > 0 ? `+${points.toLocaleString('zh-CN')}` : points.toLocaleString('zh-CN')
}
