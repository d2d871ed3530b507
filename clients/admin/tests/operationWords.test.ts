import { expect, it } from 'vitest'
import { operationWords } from '../src/parts/operationWords'

it.each([
  ['PATCH /admin/products/{product_id}', '修改商品'],
  ['POST /admin/redemptions/{redemption_id}/approval', '兑换：批准'],
  ['PUT /admin/orders/{order_id}/price', '订单：改价'],
  ['PUT /admin/settings/after-sales', '修改售后设置'],
  ['DELETE /admin/roles/{role_id}', '删除角色'],
])('says %s in words', (action, words) => expect(operationWords(action)).toBe(words))

it('leaves what it does not know', () => {
  expect(operationWords('changed catalog P#1')).toBe('changed catalog P#1')
  expect(operationWords('POST /admin/moons')).toBe('POST /admin/moons')
})
