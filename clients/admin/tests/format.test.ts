import { expect, test } from 'vitest'
import { age, change, dayOf, exactInstant, instant } from '@/parts/format'

test('instants are shown in Shanghai, whatever the zone of the computer', () => {
  expect(instant('2026-11-22T16:30:05Z')).toBe('2026-11-23 00:30')
  expect(exactInstant('2026-11-22T16:30:05Z')).toBe('2026-11-23 00:30:05')
  expect(dayOf(new Date('2026-11-22T16:30:05Z'))).toBe('2026-11-23')
})

test('ages are told in hours, then in days', () => {
  expect([0, 5, 47, 48, 100].map(age)).toEqual(['不到 1 小时', '5 小时', '47 小时', '2 天', '4 天'])
})

test('a change needs something to compare with', () => {
  expect([change(110, 100), change(50, 100), change(0, 0)]).toEqual(['+10.0%', '-50.0%', null])
})
