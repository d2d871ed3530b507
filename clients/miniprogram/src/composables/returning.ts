import { back, replace } from './navigation'

const KEPT_AS = 'registration'
const ENTRANCE = ['account/sign-in', 'account/register', 'account/verify', 'account/reset']

/** A registration that waits for its code; kept so that leaving the page loses nothing. */
export interface Waiting {
  registration_id: string
  email: string
  /** When another code may be sent, in milliseconds. */
  resendFrom: number
}

export const waiting = {
  read: () => (uni.getStorageSync(KEPT_AS) || null) as Waiting | null,
  write: (value: Waiting) => uni.setStorageSync(KEPT_AS, value),
  clear: () => uni.removeStorageSync(KEPT_AS),
}

/** After signing in: where somebody was, past the pages of signing in and registering. */
export function returnAfterSignIn(): void {
  const pages = getCurrentPages()
  const steps = [...pages].reverse().findIndex(({ route }) => !ENTRANCE.includes(route ?? ''))
  if (steps > 0) uni.navigateBack({ delta: steps })
  else if (pages.length > 1) back()
  else replace('/pages/home/index')
}
