/** Ways between pages, and back to where somebody was before signing in. */
import { toast } from './feedback'

const TABS = ['/pages/home/index', '/pages/category/index', '/pages/cart/index', '/pages/orders/index', '/pages/me/index']
const SIGN_IN = '/account/sign-in'
/** So many pages WeChat keeps over one another. */
const MOST_PAGES = 10

let isOpening = false
let isAsking = false

/** Open a page by its address; tabs are switched to. Query values are encoded. */
export function open(path: string, query: Record<string, string | undefined> = {}): void {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const url = pairs.length
    ? `${path}?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value!)}`).join('&')}`
    : path
  if (TABS.includes(path)) uni.switchTab({ url: path })
  else push(url)
}

/** A value of a page's query: WeChat hands it over as it was sent, a browser as it was meant. */
export function decoded(value = ''): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value // "50%" is no sent text
  }
}

/** Lay a page over this one: a second tap meanwhile opens no second page, and the last of ten gives way to it. */
function push(url: string): void {
  if (isOpening) return
  isOpening = true
  const fail = () => (getCurrentPages().length >= MOST_PAGES ? uni.redirectTo({ url }) : toast('页面没有打开，请检查网络后重试'))
  uni.navigateTo({ url, fail, complete: () => (isOpening = false) })
}

/** Take the place of the current page. */
export function replace(url: string): void {
  if (TABS.includes(url)) uni.switchTab({ url })
  else uni.redirectTo({ url })
}

/** One page back; home when there is none, as after a shared link. */
export function back(): void {
  if (getCurrentPages().length > 1) uni.navigateBack()
  else uni.switchTab({ url: TABS[0] })
}

/** Open the sign-in page once, however many calls ask; signing in leads back here. */
export function askToSignIn(): void {
  const pages = getCurrentPages()
  if (isAsking || pages[pages.length - 1]?.route === SIGN_IN.slice(1)) return
  isAsking = true
  uni.navigateTo({ url: SIGN_IN, complete: () => (isAsking = false) })
}
