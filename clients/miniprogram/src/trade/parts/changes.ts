/** What became of an order between two quotes, in words for the person who has to agree. */
import type { Schemas } from '@/api'
import { yuan } from '@shared/money'

type Quote = Schemas['CartQuoteView']

export interface Change {
  /** The product or the kind of amount. */
  name: string
  text: string
}

/** Every difference that counts; empty when both say the same. */
export function changesOf(before: Quote, after: Quote): Change[] {
  const amounts = [
    amount('促销优惠', before.promotion_fen, after.promotion_fen),
    amount('优惠券', before.coupon_fen, after.coupon_fen),
    amount('运费', before.freight_fen, after.freight_fen),
  ]
  return [...goods(before, after), ...amounts.flat()]
}

function goods(before: Quote, after: Quote): Change[] {
  const known = new Map(before.lines.map((line) => [line.sku_id, line]))
  return after.lines.flatMap((line) => {
    const old = known.get(line.sku_id)
    const name = line.spec ? `${line.name} ${line.spec}` : line.name
    const price = old && old.unit_price_fen !== line.unit_price_fen ? [{ name, text: `单价 ¥${yuan(old.unit_price_fen)} → ¥${yuan(line.unit_price_fen)}` }] : []
    const problems = line.problems.filter(({ code, blocks }) => blocks && code !== 'PriceChanged')
    return [...price, ...problems.map(({ text }) => ({ name, text }))]
  })
}

const amount = (name: string, before: number, after: number): Change[] =>
  before === after ? [] : [{ name, text: `¥${yuan(before)} → ¥${yuan(after)}` }]

/** What can still be ordered of the lines of a quote. */
export function orderable(quote: Quote): Schemas['CartWantedLine'][] {
  const stuck = new Set(quote.problems.map(({ sku_id }) => sku_id))
  return quote.lines.filter(({ sku_id }) => !stuck.has(sku_id)).map(({ sku_id, quantity }) => ({ sku_id, quantity }))
}
