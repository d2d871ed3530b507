import { describe, expect, it, vi } from 'vitest'
import { expiryText, signed } from '@/composables/pointsTexts'
import { worthOf } from '@/service/parts/coupon'
import { linkOf } from '@/composables/messageLink'
import { changeText, monthText, shifted, thisMonth } from '@/service/parts/months'

describe('where a message leads', () => {
  it.each([
    ['trade/order?id=A1', '/trade/order', { id: 'A1' }],
    ['pages/home/index', '/pages/home/index', {}],
    ['/points/index', '/points/index', {}],
  ])('%s', (page, path, query) => expect(linkOf(page)).toEqual({ path, query }))

  it.each(['', 'https://example.com', '//example.com/x'])('nowhere: %s', (page) => expect(linkOf(page)).toBeNull())
})

describe('what a coupon is worth', () => {
  it.each([
    [5000, null, '¥50'],
    [1250, null, '¥12.50'],
    [null, 500, '9.5折'],
    [null, 1200, '8.8折'],
  ])('%s %s', (off_fen, off_bps, text) => {
    const { sign, number, unit } = worthOf({ off_fen, off_bps })
    expect(sign + number + unit).toBe(text)
  })
})

describe('months', () => {
  it('go on over the year', () => {
    expect(shifted('2026-12', 1)).toBe('2027-01')
    expect(shifted('2026-01', -1)).toBe('2025-12')
  })
  it('begin at midnight in China', () => expect(thisMonth(Date.parse('2026-10-31T16:00:00Z'))).toBe('2026-11'))
  it('read well', () => expect(monthText('2026-03')).toBe('2026年3月'))
  it.each([
    [110, 100, '+10.0%'],
    [50, 100, '−50.0%'],
    [50, 0, ''],
  ])('%i after %i', (now, before, text) => expect(changeText(now, before)).toBe(text))
})

describe('points', () => {
  const account = { available: 0, pending: 0, expiries: [] as { expires_on: string; points: number }[] }
  it('show their sign', () => expect([signed(1200), signed(-30), signed(0)]).toEqual(['+1,200', '−30', '0']))
  it('say what comes before what goes', () => {
    const expiries = [{ expires_on: '2027-03-02', points: 2078 }]
    expect(expiryText({ ...account, pending: 10, expiries })).toBe('另有 10 分待生效')
    vi.useFakeTimers({ now: Date.parse('2026-11-24T00:00:00Z') })
    expect(expiryText({ ...account, expiries })).toBe('2,078 分 2027年3月2日到期')
    vi.useRealTimers()
    expect(expiryText(account)).toBe('下单即可获得积分')
  })
})
