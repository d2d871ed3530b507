import { describe, expect, it } from 'vitest'
import { chosen, isGone, parted, remedy, withWanted, type Line } from '@/composables/cartLines'

type Problem = Line['problems'][number]

function line(sku_id: string, quantity: number, problems: Partial<Problem>[] = [], available: number | null = 100): Line {
  const stock = { available, band: available === 0 ? 'none' : 'plenty' }
  return { sku_id, quantity, minimum: 6, multiple: 6, unit_price_fen: 250, amount_fen: quantity * 250, stock, problems } as Line
}

const good = line('A', 12)
const offSale = line('B', 6, [{ code: 'Unavailable', blocks: true }])
const sold = line('C', 6, [{ code: 'OutOfStock', blocks: true }], 0)
const short = line('D', 24, [{ code: 'OutOfStock', blocks: true }], 20)

describe('the lines of a cart', () => {
  it('are set apart when no quantity of them can be ordered', () => {
    const { good: first, gone } = parted([good, offSale, sold, short])
    expect([first, gone].map((lines) => lines.map(({ sku_id }) => sku_id))).toEqual([['A', 'D'], ['B', 'C']])
    expect(isGone(line('E', 6, [{ code: 'PriceChanged', blocks: false }]))).toBe(false)
  })

  it('are all chosen but those set aside, and those that are gone', () => {
    expect(chosen([good, offSale, short], ['D', 'gone long ago'])).toEqual([{ sku_id: 'A', quantity: 12 }])
  })

  it('show quantities that are still on their way', () => {
    const [changed, same] = withWanted([good, short], { A: 18 })
    expect([changed.quantity, changed.amount_fen, same]).toEqual([18, 4500, short])
  })
})

describe('what heals a line', () => {
  it('is what there is, when too much was wanted', () => expect(remedy(short)).toBe(18))
  it('is the nearest valid quantity, the larger of two', () =>
    expect(remedy(line('E', 8, [{ code: 'NotInMultiple', nearest_quantities: [6, 12], blocks: true }]))).toBe(12))
  it('does not exist for what is off sale or sold', () => expect([remedy(offSale), remedy(sold), remedy(good)]).toEqual([null, null, null]))
})
