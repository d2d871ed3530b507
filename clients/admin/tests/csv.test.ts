import { expect, test } from 'vitest'
import { parseCsv, toCsv } from '@/parts/csv'

test('what was written is read back, with commas, quotes and line breaks', () => {
  const rows = [['名称', '说明'], ['云岭, 茶', '他说"好"'], ['两行', '一\n二']]
  expect(parseCsv(toCsv(rows))).toEqual(rows)
})

test('cells that a spreadsheet would run are made text, numbers stay numbers', () => {
  expect(toCsv([['=1+1', '-12.50', '@x']])).toBe("\ufeff'=1+1,-12.50,'@x\r\n")
})

test('empty lines are left out', () => {
  expect(parseCsv('a,b\r\n\r\n1,2\r\n,\r\n')).toEqual([['a', 'b'], ['1', '2']])
})
