import { expect, test } from 'vitest'
import { code128 } from '../src/pages/orders/barcode'
import { readList } from '../src/pages/orders/trackingList'

const FIRST = '20261122-1A2B3C4D'
const SECOND = '20261122-5E6F7G8H'

test('a pasted list is read in whatever order a line has its cells', () => {
  const lines = readList(`订单号\t快递\t单号\n${FIRST}\t中通\tzt0000000001\nSF0000000002, ${SECOND}`, 'sf', [])
  expect(lines.map((one) => one.shipment)).toEqual([
    { order_no: FIRST, carrier: 'zto', tracking_no: 'ZT0000000001' },
    { order_no: SECOND, carrier: 'sf', tracking_no: 'SF0000000002' },
  ])
})

test('numbers alone go to the chosen orders one after another', () => {
  const [first, second, third] = readList('YT0000000001\nYT0000000002\nYT0000000003', 'yto', [FIRST, SECOND])
  expect([first!.shipment?.order_no, second!.shipment?.order_no, third!.problem]).toEqual([FIRST, SECOND, '没有对应的订单'])
})

test('what cannot be read is said line by line', () => {
  const problems = readList(`${FIRST}\n${FIRST} 飞毛腿 SF0000000002\n中通 ZT0000000001\n${SECOND} ZT0000000003\n${SECOND} ZT0000000004`, 'sf', []).map((one) => one.problem)
  expect(problems).toEqual(['缺少快递单号', '不认识的快递公司「飞毛腿」', '缺少订单号', undefined, '同一订单出现了两次'])
})

test('a barcode begins, checks and stops as Code 128 B does', () => {
  // A: start B, 33, check (104 + 33) % 103 = 34, stop
  expect(code128('A').join('')).toBe(['211214', '111323', '131123', '2331112'].join(''))
})
