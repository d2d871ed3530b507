import { expect, it } from 'vitest'
import { changeLines, fieldWords, valueWords } from '../src/parts/changeWords'

it('names fields and what they lie in', () => {
  expect(fieldWords('base_price_fen')).toBe('原价')
  expect(fieldWords('document.audience.tiers')).toBe('适用对象 · 等级')
  expect(fieldWords('document.moon')).toBe('document.moon')
})

it.each([
  ['document.base_price_fen', 3980, '¥39.80'],
  ['discount.off_bps', 1500, '15%'],
  ['state', 'to_ship', '待发货'],
  ['changed_at', '2026-11-22T02:00:00Z', '2026-11-22 10:00'],
  ['on_sale', false, '否'],
  ['tiers', ['gold', 'silver'], 'gold、silver'],
  ['note', null, '空'],
])('says %s %s as %s', (path, value, words) => expect(valueWords(path, value)).toBe(words))

it('shows of lists of things only what differs, and leaves out what the books keep for themselves', () => {
  const sku = { code: 'YL-1', base_price_fen: 3980, offer_version: 1, on_sale: true }
  const lines = changeLines({ version: [1, 2], skus: [[sku, { code: 'YL-2' }], [{ ...sku, base_price_fen: 4280, offer_version: 2 }, { code: 'YL-2' }]], name: ['茶', '普洱'] })
  expect(lines.map((one) => `${one.label} ${one.before} ${one.after}`)).toEqual(['规格 YL-1 · 原价 ¥39.80 ¥42.80', '名称 茶 普洱'])
})
