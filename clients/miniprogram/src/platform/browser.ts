/** What a browser needs to be told; WeChat does all of it by itself. */

/** Called once, when the client is opened. */
export function settleInBrowser(): void {
  // #ifdef H5
  addEventListener('popstate', followAddressBar)
  addEventListener('vite:preloadError', renew)
  addEventListener('online', openAgain)
  addEventListener('keydown', press)
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] })
  // #endif
}

// #ifdef H5
const FIRST = 1
const A_WHILE_MS = 10_000
const PRESSED = '[role=button],[role=link],[role=checkbox],[role=radio],[role=tab],[role=switch],[role=search]'

/**
 * An address typed by hand opens its page anew. The router would show the page that was opened first, when it is of
 * the same kind, and not look at what else the address says.
 */
function followAddressBar({ state }: PopStateEvent): void {
  if (!state?.__id__ && getCurrentPages().some(isStuck)) location.reload() // pages that uni opened are known by it
}

function isStuck(page: Page.PageInstance): boolean {
  const { id, route, fullPath } = (page as unknown as { $page: { id: number; route: string; fullPath: string } }).$page
  const typed = location.hash.slice(1)
  return id === FIRST && typed.split('?')[0] === `/${route}` && typed !== fullPath
}

/** Part of a page is not there any more: the shop was renewed since it was opened, if that was a while ago. */
function renew(): void {
  if (navigator.onLine && performance.now() > A_WHILE_MS) location.reload()
}

/** A page that could not be loaded at all, for want of a network, says so: it opens when that is back. */
function openAgain(): void {
  if (document.querySelector('.uni-async-error')) location.reload()
}

/** Fields and pictures have no name in uni's elements, and only fields can be reached without a finger. */
function name(): void {
  for (const field of all('[aria-label]:is(uni-input, uni-textarea) :is(input, textarea):not([aria-label])'))
    field.setAttribute('aria-label', field.closest('[aria-label]')!.getAttribute('aria-label')!)
  for (const picture of all('uni-image img:not([alt])')) picture.setAttribute('alt', picture.closest('uni-image')!.getAttribute('aria-label') ?? '')
  for (const button of all('uni-button:not([role])')) button.setAttribute('role', 'button')
  for (const button of all('uni-button')) set(button, 'aria-disabled', String(button.hasAttribute('disabled')))
  for (const element of all(PRESSED)) set(element, 'tabindex', '0')
}

const all = (selector: string) => Array.from(document.querySelectorAll(selector))
const set = (element: Element, attribute: string, value: string) => element.getAttribute(attribute) === value || element.setAttribute(attribute, value)

/** Keys do what a finger does. */
function press(event: KeyboardEvent): void {
  const element = event.target as HTMLElement
  if ((event.key !== 'Enter' && event.key !== ' ') || !element.matches(PRESSED)) return
  event.preventDefault()
  element.click()
}
// #endif
