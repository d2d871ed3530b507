/** Why stock changes, and how arrivals and quotas stand. */
import { choicesOf, type Choice, type States } from '@/parts/declare'

export const reasons: Record<string, string> = {
  opening: '期初',
  shipment: '发货',
  return: '退货入库',
  stocktake: '盘点',
  purchase: '采购入库',
  damage: '报损',
  correction: '更正',
}
export const byHand: Choice[] = ['purchase', 'damage', 'correction'].map((value) => ({ value, label: reasons[value]! }))

export const arrivalStates: States = {
  expected: { text: '待到货', tone: 'wait' },
  arrived: { text: '已到货', tone: 'good' },
  cancelled: { text: '已取消', tone: 'plain' },
}

export const levels: States = {
  low: { text: '需补货', tone: 'bad' },
  enough: { text: '充足', tone: 'good' },
}
export const levelChoices: Choice[] = [{ value: 'all', label: '全部' }, ...choicesOf(levels).filter((one) => one.value === 'low')]
