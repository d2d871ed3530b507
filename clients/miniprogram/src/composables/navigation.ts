/** Ways between pages, and back to where somebody was before signing in. */

const TABS = ['/pages/home/index', '/pages/category/index', '/pages/cart/index', '/pages/orders/index', '/pages/me/index']
const SIGN_IN = '/account/sign-in'

let asking = false

/** Open a page by its address; tabs are switched to. Query values are encoded. */
export function open(path: string, query: Record<string, string | undefined> = {}): void {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const url = pairs.length
    ? `${path}?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value!)}`).join('&')}`
    : path
  if (TABS.includes(path)) uni.switchTab({ url: path })
  else uni.navigateTo({ url })
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
  if (asking || pages[pages.length - 1]?.route === SIGN_IN.slice(1)) return
  asking = true
  uni.navigateTo({ url: SIGN_IN, complete: () => (asking = false) })
}
