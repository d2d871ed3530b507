import { expect, it } from 'vitest'
import { businessDayText, dateText, dateTimeText, momentText, remainingText } from '@shared/dates'
import { fenOf, plainYuan, yuan, yuanParts } from '@shared/money'

it.each([
  [0, '0.00'],
  [5, '0.05'],
  [123450, '1,234.50'],
  [100000000, '1,000,000.00'],
  [-250, '-2.50'],
])('%i fen are ¥%s', (fen, text) => expect(yuan(fen)).toBe(text))

it('has no comma for machines', () => expect(plainYuan(2_000_000)).toBe('20000.00'))
it('gives the halves of a price', () => expect(yuanParts(39376)).toEqual({ whole: '393', cents: '76' }))

it.each([
  ['12.5', 1250],
  ['1,234.50', 123450],
  ['¥0.05', 5],
  ['', null],
  ['1.234', null],
  ['-1', null],
  ['十元', null],
])('reads %s', (text, fen) => expect(fenOf(text)).toBe(fen))

it('shows instants in Shanghai', () => {
  expect(dateTimeText('2026-11-21T16:05:00Z')).toBe('2026年11月22日 00:05')
  expect(dateText('2026-11-21T16:05:00Z', Date.parse('2026-01-01T00:00:00Z'))).toBe('11月22日')
  expect(businessDayText('2026-01-02', Date.parse('2026-12-31T15:00:00Z'))).toBe('1月2日')
  expect(businessDayText('2026-01-02', Date.parse('2026-12-31T16:00:00Z'))).toBe('2026年1月2日')
})

it.each([
  ['2026-11-22T02:00:00Z', '今天 10:00'],
  ['2026-11-21T15:59:00Z', '昨天 23:59'],
  ['2026-03-01T02:00:00Z', '3月1日 10:00'],
  ['2025-12-31T02:00:00Z', '2025年12月31日'],
])('says when %s was', (instant, text) => expect(momentText(instant, Date.parse('2026-11-22T03:00:00Z'))).toBe(text))

it.each([
  [5, '0:05'],
  [1745, '29:05'],
  [3600, '1:00:00'],
  [3 * 86400, '3天'],
  [-1, '0:00'],
])('counts %i seconds down', (seconds, text) => expect(remainingText('2026-11-22T03:00:00Z', Date.parse('2026-11-22T03:00:00Z') - seconds * 1000)).toBe(text))
