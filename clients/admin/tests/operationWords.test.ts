import { expect, it } from 'vitest'
import { operationWords } from '../src/parts/operationWords'

it.each([
  ['PATCH /products/{product_id}', '修改商品'],
  ['PATCH /admin/staff/{user_id}', '修改员工'],
  ['POST /redemptions/{redemption_id}/approval', '兑换：批准'],
  ['PUT /orders/{order_id}/price', '订单：改价'],
  ['PUT /settings/after-sales', '修改售后设置'],
  ['DELETE /admin/roles/{role_id}', '删除角色'],
  ['changed catalog PRODUCT#1', '修改商品数据'],
])('says %s in words', (action, words) => expect(operationWords(action)).toBe(words))

it('leaves what it does not know', () => {
  expect(operationWords('changed moons P#1')).toBe('changed moons P#1')
  expect(operationWords('POST /moons')).toBe('POST /moons')
})
