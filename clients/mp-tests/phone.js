/**
 * A phone with the compiled mini-program: WeChat's own template compiler and component engine, a made-up `wx` around
 * it and a made-up shop behind it. Taps are touches of what is drawn; ways between pages are followed.
 */
const path = require('node:path')
const simulate = require('miniprogram-simulate')
const simulator = require('miniprogram-simulate/src/utils')
const exparser = require('miniprogram-exparser')
const { ROOT, app: description } = require('./wechat')
const { NO_NETWORK } = require('./shop')

const ROUND_MS = 15
const QUIET_ROUNDS = 12
const MOST_PAGES = 10
const SCREEN = { windowWidth: 375, windowHeight: 700, screenWidth: 375, screenHeight: 800, statusBarHeight: 20, pixelRatio: 2 }
const SYSTEM = { ...SCREEN, platform: 'devtools', system: 'iOS 17', SDKVersion: '3.5.0', language: 'zh_CN', safeArea: { top: 0, bottom: 800, height: 800 } }
const LAUNCH = { path: '', query: {}, scene: 1001 }
const BOX = { left: 0, top: 0, width: 100, height: 20, right: 100, bottom: 20 }

/** Scripts run once, but every page that is loaded wants its components anew. */
const made = {}
const makeComponent = globalThis.Component
let running = ''
globalThis.Component = (options) => {
  made[running] = options
  makeComponent(options)
}
simulator.runJs = (file) => {
  if (made[file]) return makeComponent(made[file])
  running = file
  return require(file)
}

/** `wx.createSelectorQuery`; everything it looks for is a small box. */
function selectorQuery() {
  const results = []
  const query = new Proxy({}, {
    get: (_, name) => (...given) => {
      const tell = given.find((one) => typeof one === 'function')
      if (name === 'exec') {
        results.forEach((one) => one?.(BOX))
        tell?.(results.map(() => BOX))
      } else if (['boundingClientRect', 'fields', 'scrollOffset'].includes(name)) results.push(tell)
      return query
    },
  })
  return query
}

const soon = (act) => setTimeout(act, 1)

/** What the mini-program may call and no test looks at. */
const SILENT = [
  ...['onNetworkStatusChange', 'onAppShow', 'onAppHide', 'onError', 'onUnhandledRejection', 'onPageNotFound', 'onThemeChange', 'onWindowResize'],
  ...['stopPullDownRefresh', 'setNavigationBarTitle', 'pageScrollTo', 'showLoading', 'hideLoading', 'hideToast', 'makePhoneCall'],
  ...['previewImage', 'openPrivacyContract', 'requestSubscribeMessage', 'chooseImage', 'scanCode', 'uploadFile'],
]

/** What a test needs of `wx`. `phone` keeps what people would see of it. */
function wechat(phone, shop) {
  const told = (outcome) => (options = {}) => soon(() => {
    const { errMsg = '', ...answer } = outcome(options) ?? {}
    const callback = errMsg.includes('fail') ? options.fail : options.success
    callback?.({ errMsg, ...answer })
    options.complete?.({ errMsg, ...answer })
  })
  const known = {
    canIUse: () => true,
    createSelectorQuery: selectorQuery,
    createIntersectionObserver: () => ({ relativeToViewport: () => ({ observe: () => undefined }), disconnect: () => undefined }),
    getStorageSync: (key) => phone.storage[key] ?? '',
    setStorage: ({ key, data }) => known.setStorageSync(key, data),
    setStorageSync: (key, value) => { phone.storage[key] = JSON.parse(JSON.stringify(value)) },
    removeStorageSync: (key) => { delete phone.storage[key] },
    request(options) {
      const answer = shop.answer(options)
      soon(() =>
        answer === NO_NETWORK
          ? options.fail({ errMsg: 'request:fail' })
          : options.success({ statusCode: answer.status, data: answer.text, header: {} }),
      )
      return { abort: () => undefined }
    },
    showToast: told(({ title }) => { phone.toasts.push(title) }),
    showModal: told(() => ({ confirm: true })),
    setClipboardData: told(({ data }) => { phone.copied.push(data) }),
    login: told(() => ({ code: 'login-code' })),
    requestPayment: told((options) => { phone.payments.push(options.package); return { errMsg: phone.paymentEnds } }),
    requirePrivacyAuthorize: told(() => { phone.privacyAsked += 1; return { errMsg: phone.privacyEnds } }),
    chooseAddress: told(() => { phone.addressesChosen += 1; return { errMsg: 'chooseAddress:fail cancel' } }),
    setTabBarBadge: told(({ text }) => { phone.badge = text }),
    removeTabBarBadge: told(() => { phone.badge = '' }),
    navigateTo: told(({ url }) => (phone.stack.length < MOST_PAGES ? phone.go(url) : { errMsg: 'navigateTo:fail webview count limit exceed' })),
    redirectTo: told(({ url }) => { phone.leave(1); phone.go(url) }),
    switchTab: told(({ url }) => { phone.leave(phone.stack.length); phone.go(url) }),
    navigateBack: told(({ delta = 1 }) => { phone.leave(Math.min(delta, phone.stack.length - 1)); phone.show() }),
    getNetworkType: told(() => ({ networkType: 'wifi' })),
  }
  for (const name of ['getSystemInfoSync', 'getWindowInfo', 'getDeviceInfo', 'getAppBaseInfo']) known[name] = () => SYSTEM
  for (const name of ['getLaunchOptionsSync', 'getEnterOptionsSync']) known[name] = () => LAUNCH
  known.getMenuButtonBoundingClientRect = () => BOX
  for (const name of SILENT) known[name] ??= () => undefined
  return known
}

/** Touch an element, as a finger does. */
function touch(element) {
  for (const [type, touches] of [['touchstart', 1], ['touchend', 0]]) {
    const finger = { identifier: 1, clientX: 1, clientY: 1, pageX: 1, pageY: 1 }
    const event = new window.Event(type, { bubbles: true })
    element.dispatchEvent(Object.assign(event, { touches: touches ? [finger] : [], changedTouches: [finger] }))
  }
}

class Phone {
  storage = {}
  toasts = []
  copied = []
  /** The `package` of every payment sheet that was opened. */
  payments = []
  paymentEnds = 'requestPayment:ok'
  privacyAsked = 0
  privacyEnds = 'requirePrivacyAuthorize:ok'
  addressesChosen = 0
  badge = ''
  stack = []
  #loaded = {}
  #shop

  constructor(shop, storage) {
    this.#shop = shop
    Object.assign(this.storage, storage)
  }

  /** Open a page over the others; `/goods/product?id=tea`. */
  go(url) {
    const [route, query = ''] = url.replace(/^\//, '').split('?')
    if (![...description.pages, ...description.subPackages.flatMap(({ root, pages }) => pages.map((page) => `${root}/${page}`))].includes(route))
      throw new Error(`there is no page ${url}`)
    this.#loaded[route] ??= simulate.load(path.join(ROOT, route), route.replace(/\W/g, '-'), { rootPath: ROOT })
    const drawn = simulate.render(this.#loaded[route])
    drawn.attach(document.createElement('div'))
    const page = Object.assign(drawn.instance, { route })
    this.stack.push({ drawn, page, route })
    page.onLoad?.(Object.fromEntries(query.split('&').filter(Boolean).map((pair) => pair.split('='))))
    this.show()
  }

  show() {
    this.top.page.onShow?.()
  }

  leave(count) {
    for (const { drawn, page } of this.stack.splice(this.stack.length - count, count)) {
      page.onUnload?.()
      drawn.detach()
    }
  }

  get top() {
    return this.stack[this.stack.length - 1]
  }

  get route() {
    return this.top.route
  }

  get text() {
    return this.top.drawn.dom.textContent.replace(/\s+/g, ' ')
  }

  /** The card that goes to a chat from this page. */
  share() {
    return this.top.page.onShareAppMessage({ from: 'menu' })
  }

  /** Until nothing has moved for a while. */
  async settle() {
    let seen = ''
    for (let quiet = 0; quiet < QUIET_ROUNDS; quiet += 1) {
      await simulate.sleep(ROUND_MS)
      const now = [this.route, this.#shop.requests.length, this.top.drawn.dom.textContent].join()
      if (now !== seen) quiet = 0
      seen = now
    }
  }

  #elements = () => [...this.top.drawn.dom.querySelectorAll('*')]

  /** The innermost element with this text and nothing else. */
  #find(text) {
    const element = this.#elements().filter((one) => one.textContent.trim() === text).pop()
    if (!element) throw new Error(`nothing says ${text} in: ${this.text}`)
    return element
  }

  async tap(text, times = 1) {
    const element = this.#find(text)
    for (let n = 0; n < times; n += 1) touch(element)
    await this.settle()
  }

  /** Write into the field with this label. */
  async write(label, value) {
    const all = this.#elements()
    const field = all.slice(all.indexOf(this.#find(label))).find((one) => one.tagName === 'WX-INPUT' || one.tagName === 'WX-TEXTAREA')
    exparser.Event.triggerEvent(field.__wxElement, 'input', { value })
    await this.settle()
  }
}

/** A phone on which the mini-program was just started. */
function start(shop, storage = {}) {
  const phone = new Phone(shop, storage)
  let app
  Object.assign(globalThis, {
    wx: wechat(phone, shop),
    App: (options) => { app = options },
    Page: () => undefined,
    getApp: () => app,
    getCurrentPages: () => phone.stack.map(({ page }) => page),
  })
  require(path.join(ROOT, 'app.js'))
  app.onLaunch?.(LAUNCH)
  app.onShow?.(LAUNCH)
  return phone
}

module.exports = { start }
