/** Every page of the package opens: WeChat draws what a page hides, too, so that a careless slot leaves it blank. */
const { pages } = require('./wechat')
const { NO_NETWORK } = require('./shop')

const session = { access_token: 'mine', refresh_token: 'r', attempt: 'first' }
const ME = { principal: 'agent', user: { user_id: 'u1' }, company: { state: 'active' }, permissions: ['users'], open: ['browse', 'prices', 'order', 'pay', 'track', 'redeem'] }
const everything = (answer) => new Proxy({}, { get: () => answer })
const lines = [{ sku_id: 's', quantity: 1 }]
const barely = { 'GET /products/{product_id}': () => ({ skus: [{}] }) } // a product has one at least

const complaints = []
beforeAll(() => {
  jest.spyOn(console, 'error').mockImplementation((...said) => complaints.push(said.join(' ').slice(0, 300)))
})

describe.each([
  ['a visitor', barely, {}],
  ['somebody in the subway', everything(() => NO_NETWORK), { session }],
  ['a dealer of an empty shop', { ...barely, 'GET /me': () => ME }, { session, checkout: { lines, fromCart: true } }],
])('for %s', (_, handlers, storage) => {
  let phone
  beforeAll(() => {
    jest.resetModules()
    phone = require('./phone').start(require('./shop').createShop(handlers), storage)
  })

  test.each(pages)('%s', async (page) => {
    complaints.length = 0
    phone.go(`/${page}?id=x`)
    await phone.settle()
    expect(complaints).toEqual([])
    expect(phone.text).not.toBe('')
    phone.leave(phone.stack.length)
  })
})
