import { describe, expect, it } from 'vitest'
import { least, most, ruleText, snap, step } from '@shared/quantity'

const rule = { minimum: 10, multiple: 6, available: 50 }

describe('a quantity from 10 in multiples of 6, of 50', () => {
  it('starts and ends on a multiple', () => expect([least(rule), most(rule)]).toEqual([12, 48]))

  it.each([
    [0, 12],
    [13, 12],
    [15, 18],
    [47, 48],
    [999, 48],
    [NaN, 12],
  ])('%i becomes %i', (wanted, allowed) => expect(snap(wanted, rule)).toBe(allowed))

  it('steps to the neighbours, also from between them', () => {
    expect([step(12, 1, rule), step(18, -1, rule), step(12, -1, rule), step(48, 1, rule)]).toEqual([18, 12, 12, 48])
    expect([step(14, 1, rule), step(14, -1, rule)]).toEqual([18, 12])
  })
})

it('cannot be ordered at all when there is less than the least', () => expect(most({ ...rule, available: 11 })).toBe(0))

it('has no upper end when stock is not told', () => expect(snap(600, { minimum: 1, multiple: 1, available: null })).toBe(600))

it.each([
  [{ minimum: 1, multiple: 1 }, ''],
  [{ minimum: 4, multiple: 1 }, '4 盒起订'],
  [{ minimum: 6, multiple: 6 }, '6 盒起订，整倍数订购'],
  [rule, '12 盒起订，6 盒递增'],
])('says so: %o', (given, text) => expect(ruleText(given, '盒')).toBe(text))
