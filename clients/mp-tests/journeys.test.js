/** Journeys through the compiled mini-program. */

let createShop, Refusal, NO_NETWORK, start

const complaint = jest.spyOn(console, 'error').mockImplementation(() => undefined)
afterEach(() => expect(complaint).not.toHaveBeenCalled())

beforeEach(() => {
  complaint.mockClear()
  jest.resetModules() // every journey starts the mini-program anew
  ;({ createShop, Refusal, NO_NETWORK } = require('./shop'))
  ;({ start } = require('./phone'))
})

const SKU = { sku_id: 'tea-250', spec: '250g/袋', values: ['250g/袋'], unit: '袋', minimum: 1, multiple: 1, units_per_carton: 20, price_fen: 3200, stock: { available: 90, band: 'plenty' } }
const CARD = { product_id: 'tea', name: '凤庆滇红', sku_id: 'tea-250', spec: '250g/袋', unit: '袋', price_fen: 3200, stock: SKU.stock }
const HOME = { shelves: [{ shelf: 'recommended', title: '推荐', items: [CARD] }] }
const LINE = { sku_id: 'tea-250', product_id: 'tea', name: '凤庆滇红', spec: '250g/袋', unit: '袋', minimum: 1, multiple: 1, unit_price_fen: 3200, stock: SKU.stock }
const ADDRESS = { address_id: 'a1', contact_name: '李娜', phone: '13800000001', region: { province: '云南省', city: '昆明市', district: '五华区' }, text: '翠湖南路 21 号' }
const SHOP = { name: '云南特产', payment_methods: [{ kind: 'wechat', enabled: true, title: '微信支付' }] }
const ME = { principal: 'agent', user: { user_id: 'u1', name: '李娜' }, company: { agent_id: 'g1', name: '昆明翠湖商贸', state: 'active' }, permissions: ['order', 'pay', 'redeem'], open: ['browse', 'prices', 'order', 'pay', 'track'] }

const tokens = (name) => ({ access_token: name, refresh_token: `${name}-refresh`, kind: 'agent', user_id: 'u1' })
const session = (name) => ({ session: { ...tokens(name), attempt: 'first' } })
const isSignedIn = ({ headers }) => Boolean(headers.Authorization)

/** A shop that keeps a cart, takes orders and payments, and lets everybody in. */
function openShop(more = {}) {
  const cart = {}
  const lines = () => Object.entries(cart).map(([, quantity]) => ({ ...LINE, quantity, amount_fen: quantity * 3200 }))
  const total = () => lines().reduce((sum, line) => sum + line.amount_fen, 0)
  const order = { order_id: 'o1', payment_method: 'wechat', total_fen: 6400, pay_before: '2099-01-01T00:00:00Z' }
  const state = { paid: false }
  const orderNow = () =>
    state.paid ? { ...order, state: 'to_ship', paid_at: '2026-11-01T00:00:00Z' } : { ...order, state: 'pending_payment', actions: ['pay', 'cancel'] }
  return createShop({
    'GET /shop': () => SHOP,
    'GET /home': () => HOME,
    'GET /products': () => ({ items: [CARD] }),
    'GET /me': () => ME,
    'POST /auth/sessions/password': () => tokens('mine'),
    'GET /products/{product_id}': (request) => ({ product_id: 'tea', name: '凤庆滇红', sold_here: true, skus: [isSignedIn(request) ? SKU : { ...SKU, price_fen: null }] }),
    'GET /cart': () => ({ lines: lines() }),
    'PUT /cart/items/{sku_id}': ({ address, body }) => {
      cart[address.split('/').pop()] = body.quantity
      return { lines: lines() }
    },
    'POST /quotes': () => ({ lines: lines().map(({ stock, added_at, held_for_you, ...line }) => line), goods_fen: total(), total_fen: total(), can_order: true, hash: 'h1' }),
    'GET /me/addresses': () => ({ items: [ADDRESS] }),
    'POST /orders': () => orderNow(),
    'GET /orders/{order_id}': () => orderNow(),
    'POST /orders/{order_id}/payments': () => ({ payment_id: 'p1', order_id: 'o1', state: 'prepaid', amount_fen: 6400, wechat: { package: 'prepay_id=1', signType: 'RSA' } }),
    'GET /payments/{payment_id}': () => {
      state.paid = true
      return { payment_id: 'p1', order_id: 'o1', state: 'succeeded', amount_fen: 6400 }
    },
    ...more,
  })
}

async function open(shop, url, storage) {
  const phone = start(shop, storage)
  phone.go(url)
  await phone.settle()
  return phone
}

test('home shows what the shop sells; a failed try can be repeated', async () => {
  const shop = openShop({ 'GET /home': () => NO_NETWORK })
  const phone = await open(shop, '/pages/home/index')
  expect(phone.text).toContain('网络不可用')

  shop.handlers['GET /home'] = () => HOME
  await phone.tap('重新加载')
  expect(phone.text).toContain('凤庆滇红')
  expect(phone.text).toContain('注册成为代理商')
})

test('a visitor signs in on the way to the cart and comes back to the product with its price', async () => {
  const shop = openShop()
  const phone = await open(shop, '/pages/home/index')
  await phone.tap('凤庆滇红')
  expect(phone.route).toBe('goods/product')
  expect(phone.text).toContain('登录看经销价')
  await phone.tap('登录后订货')
  expect(phone.route).toBe('account/sign-in')

  shop.handlers['POST /auth/sessions/password'] = () => new Refusal(401, 'WrongPassword', '账号或密码不正确')
  await phone.write('手机号或邮箱', '13800000001')
  await phone.write('密码', 'wrong')
  await phone.tap('登录')
  expect(phone.toasts).toEqual(['账号或密码不正确'])

  shop.handlers['POST /auth/sessions/password'] = () => tokens('mine')
  await phone.tap('登录')
  expect(phone.route).toBe('goods/product')
  expect(phone.text).toContain('32.00')
})

test('from the product over cart and checkout to the paid order', async () => {
  const shop = openShop()
  const phone = await open(shop, '/goods/product?id=tea', session('mine'))
  await phone.tap('加入购物车')
  await phone.tap('加入购物车')
  expect(shop.asked('PUT /cart/items/tea-250').map(({ body }) => body)).toEqual([{ quantity: 1 }])
  expect(phone.badge).toBe('1')

  phone.go('/pages/cart/index')
  await phone.settle()
  await phone.settle()
  expect(phone.text).toContain('凤庆滇红')
  await phone.tap('去结算（1）')
  expect(phone.route).toBe('trade/checkout')
  expect(phone.text).toContain('翠湖南路 21 号')

  await phone.tap('提交订单', 2)
  await phone.settle()
  expect(shop.asked('POST /orders')).toHaveLength(1)
  expect(shop.asked('POST /orders')[0].body).toMatchObject({ lines: [{ sku_id: 'tea-250', quantity: 1 }], quote_hash: 'h1', address_id: 'a1' })
  expect(phone.payments).toEqual(['prepay_id=1'])
  await phone.settle()
  expect(phone.route).toBe('trade/result')
  expect(phone.text).toContain('支付成功')
})

test('a page opens once for two taps, and when WeChat has no room for another', async () => {
  const phone = await open(openShop(), '/pages/home/index')
  await phone.tap('凤庆滇红', 2)
  expect(phone.stack).toHaveLength(2)

  phone.leave(1)
  for (let n = 0; n < 8; n += 1) phone.go('/goods/search')
  phone.go('/goods/list')
  await phone.settle()
  expect(phone.stack).toHaveLength(10)
  await phone.tap('凤庆滇红')
  expect(phone.route).toBe('goods/product')
  expect(phone.stack).toHaveLength(10)
})

test.each(['/goods/product?id=tea', '/pages/home/index'])('a card shared from %s shows no price', async (page) => {
  const phone = await open(openShop(), page, session('mine'))
  expect(phone.share().imageUrl).toBeTruthy() // else WeChat takes the screen
  expect(JSON.stringify(phone.share())).not.toContain('32')
})

test('what is not sold where the company is cannot be ordered, and the page says so', async () => {
  const shop = openShop({ 'GET /products/{product_id}': () => ({ product_id: 'tea', name: '凤庆滇红', sold_here: false, skus: [SKU] }) })
  const phone = await open(shop, '/goods/product?id=tea', session('mine'))
  expect(phone.text).toContain('所在地区不销售')
  await phone.tap('本地区不销售')
  expect(phone.text).not.toContain('立即下单')
})

test('an order to be paid by bank card leads to a browser', async () => {
  const methods = [...SHOP.payment_methods, { kind: 'union_pay', enabled: true, title: '银行卡支付' }]
  const unpaid = { order_id: 'o1', payment_method: 'union_pay', total_fen: 6400, actions: ['pay'], state: 'pending_payment' }
  const shop = openShop({ 'GET /shop': () => ({ ...SHOP, payment_methods: methods }), 'GET /orders/{order_id}': () => unpaid })
  const phone = await open(shop, '/trade/pay?id=o1', { ...session('mine'), 'pay-now': 'o1' })
  await phone.tap('复制付款链接')
  expect(phone.copied).toEqual([expect.stringMatching(/^https?:.*\/#\/trade\/pay\?id=o1$/)])
  expect(shop.asked('POST /orders/o1/payments')).toHaveLength(0)

  await phone.tap('微信支付')
  expect(phone.text).toContain('确认支付')
})

test('points become a gift that is sent to an address, once', async () => {
  const gift = { gift_id: 'cup', name: '紫陶茶杯', kind: 'physical', points: 300, stock: 9, affordable: true, can_redeem: true, most_pieces: 1 }
  const redemption = { redemption_id: 'r1', gift_id: 'cup', gift_name: '紫陶茶杯', kind: 'physical', quantity: 1, points: 300, address: ADDRESS, actions: ['cancellation'] }
  const shop = openShop({
    'GET /gifts/{gift_id}': () => gift,
    'POST /redemptions': () => redemption,
    'GET /redemptions/{redemption_id}': () => redemption,
  })
  const phone = await open(shop, '/points/gift?id=cup', session('mine'))
  await phone.tap('立即兑换')
  expect(phone.text).toContain('翠湖南路 21 号')
  await phone.tap('确认兑换，使用 300 积分', 2)
  const [asked, ...more] = shop.asked('POST /redemptions')
  expect(more).toEqual([])
  expect(asked.body).toEqual({ gift_id: 'cup', quantity: 1, points: 300, address_id: 'a1' })
  expect(asked.headers['Idempotency-Key']).toBeTruthy()
  expect(phone.route).toBe('points/redemption')
  expect(phone.text).toContain('兑换已提交')
})

test('an expired session is renewed without a word, once for all calls', async () => {
  const fresh = ({ headers }) => headers.Authorization === 'Bearer renewed'
  const answer = (content) => (request) => (fresh(request) ? content : new Refusal(401, 'TokenExpired'))
  const shop = openShop({ 'GET /me': answer(ME), 'GET /home': answer(HOME), 'POST /auth/sessions/refresh': () => tokens('renewed') })
  const phone = await open(shop, '/pages/home/index', session('old'))
  expect(phone.text).toContain('凤庆滇红')
  expect(phone.route).toBe('pages/home/index')
  expect(shop.asked('POST /auth/sessions/refresh').map(({ body }) => body)).toEqual([{ refresh_token: 'old-refresh', attempt: 'first' }])
  expect(phone.storage.session.access_token).toBe('renewed')
})

test('a session that cannot be renewed ends at the sign-in page, which leads back', async () => {
  const refuse = (request) => (isSignedIn(request) && request.headers.Authorization !== 'Bearer mine' ? new Refusal(401, 'TokenExpired') : undefined)
  const forMembers = (content) => (request) => refuse(request) ?? (isSignedIn(request) ? content() : new Refusal(401, 'Unauthenticated'))
  const shop = openShop({ 'GET /me': forMembers(() => ME), 'POST /auth/sessions/refresh': () => new Refusal(401, 'SessionEnded') })
  shop.handlers['GET /orders/{order_id}'] = forMembers(() => ({ order_id: 'o1', total_fen: 6400, actions: ['pay'] }))
  const phone = await open(shop, '/pages/home/index', session('old'))
  phone.go('/trade/pay?id=o1')
  await phone.settle()
  expect(phone.route).toBe('account/sign-in')

  await phone.write('手机号或邮箱', '13800000001')
  await phone.write('密码', 'right')
  await phone.tap('登录')
  expect(phone.route).toBe('trade/pay')
  expect(phone.text).toContain('64.00')
})

test.each([
  ['given', 'ok', 1],
  ['refused', 'fail', 0],
])('an address from WeChat is taken after consent: %s', async (_, end, times) => {
  const phone = await open(openShop({ 'GET /me/addresses': () => ({ items: [] }) }), '/trade/checkout', {
    ...session('mine'),
    checkout: { lines: [{ sku_id: 'tea-250', quantity: 1 }], fromCart: true },
  })
  phone.privacyEnds = `requirePrivacyAuthorize:${end}`
  await phone.tap('添加收货地址')
  await phone.tap('从微信选择')
  expect(phone.privacyAsked).toBe(1)
  expect(phone.addressesChosen).toBe(times)
})
