import { expect, test } from 'vitest'
import { busiestOf, ordersAt } from '../src/pages/insights/hours'

test('weekdays count from Monday, which is 1', () => {
  const hours = [{ weekday: 1, hour: 9, orders: 2 }, { weekday: 7, hour: 23, orders: 5 }]
  const found = ordersAt(hours)
  expect(found[0]![9]).toBe(2)
  expect(found[6]![23]).toBe(5)
  expect(found.flat().reduce((sum, one) => sum + one, 0)).toBe(7)
  expect(busiestOf(hours)).toBe('，最多在周日 23 点')
  expect(busiestOf([])).toBe('')
})
