import { createClient, offline, timedOut, type HttpAnswer, type Session, type Transport } from '@shared/client'
import { SHOP_ADDRESS } from './address'
import { askToSignIn } from '@/composables/navigation'
import { onKeptElsewhere } from '@/platform/tabs'

export type { Schemas } from '@shared/client'
export { ApiError, Intent, asApiError } from '@shared/client'

const TIMEOUT_MS = 15_000
const KEPT_AS = 'session'

const transport: Transport = (request) =>
  new Promise<HttpAnswer>((resolve, reject) => {
    uni.request({
      url: SHOP_ADDRESS + request.url,
      method: request.method as UniApp.RequestOptions['method'],
      header: request.headers,
      data: request.body,
      dataType: 'text',
      timeout: TIMEOUT_MS,
      success: ({ statusCode, data, header }) =>
        resolve({ status: statusCode, text: String(data ?? ''), retryAfter: secondsOf(header as Headers) }),
      fail: ({ errMsg }) => reject(/time-?out/i.test(errMsg) ? timedOut() : offline()),
    })
  })

type Headers = Record<string, string>

function secondsOf(headers: Headers): number | undefined {
  const name = Object.keys(headers).find((one) => one.toLowerCase() === 'retry-after')
  return name ? Number(headers[name]) : undefined
}

let tellEnd = () => {}

export const sessions = {
  read: () => (uni.getStorageSync(KEPT_AS) || null) as Session | null,
  write(session: Session | null): void {
    if (session) return uni.setStorageSync(KEPT_AS, session)
    uni.removeStorageSync(KEPT_AS)
    tellEnd()
  },
  /** What to do when the session is over, or was changed in another tab of the browser. */
  onChange(act: () => void): void {
    tellEnd = act
    onKeptElsewhere(KEPT_AS, act)
  },
}

/** The shop's interface. Failures are ApiErrors. */
export const api = createClient({ transport, sessions, onSignInNeeded: askToSignIn })
