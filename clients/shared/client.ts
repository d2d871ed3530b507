/** The typed client of the HTTP interface, over any transport; it renews sessions by itself. */
import { ApiError, type Problem } from './errors'
import { type Intent, randomKey } from './intent'
import type { Answer, Call, Operation, PathOf, Schemas, Verb } from './operations'

export type { Schemas } from './operations'
export { ApiError, asApiError, offline, timedOut } from './errors'
export { Intent } from './intent'

export interface HttpRequest {
  method: string
  /** Path and query. */
  url: string
  headers: Record<string, string>
  body?: string
}

export interface HttpAnswer {
  status: number
  text: string
  /** Seconds, from the `Retry-After` header. */
  retryAfter?: number
}

/** Sends a request; throws `offline()` or `timedOut()` when there is no answer. */
export type Transport = (request: HttpRequest) => Promise<HttpAnswer>

/** `attempt` makes a repeated renewal harmless: the server gives the same answer to the same attempt. */
export type Session = Schemas['AuthTokens'] & { attempt: string }

/** Where the session is kept; shared by all tabs of a browser. */
export interface SessionStore {
  read(): Session | null
  write(session: Session | null): void
}

export interface ClientOptions {
  transport: Transport
  sessions: SessionStore
  /** Called when a page needs somebody who is signed in and nobody is. */
  onSignInNeeded: () => void
  /** Where sessions of this kind are renewed. */
  renewal?: Renewal
}

type Arguments<O> = {} extends Call<O> ? [call?: Call<O>] : [call: Call<O>]
type Method<V extends Verb> = <P extends PathOf<V>>(
  path: P,
  ...rest: Arguments<Operation<V, P>>
) => Promise<Answer<Operation<V, P>>>

export type Client = { [V in Verb]: Method<V> } & {
  /** Keep the session that a sign-in has opened. */
  signedIn(tokens: Schemas['AuthTokens']): void
}

interface LooseCall {
  path?: Record<string, string | number>
  query?: Record<string, unknown>
  body?: unknown
  intent?: Intent
}

type Renewal = '/auth/sessions/refresh' | '/admin/sessions/refresh'
const RENEWABLE = new Set(['TokenExpired', 'Unauthenticated'])

/** A client for one person; calls that find the session expired share one renewal. */
export function createClient({
  transport,
  sessions,
  onSignInNeeded,
  renewal = '/auth/sessions/refresh',
}: ClientOptions): Client {
  let renewing: Promise<void> | null = null

  async function send(verb: Verb, path: string, call: LooseCall = {}): Promise<unknown> {
    const request = requestOf(verb, path, call)
    const session = sessions.read()
    try {
      const answer = await exchange(request, session)
      call.intent?.done()
      return answer
    } catch (failure) {
      if (!(failure instanceof ApiError) || failure.status !== 401 || !RENEWABLE.has(failure.code)) throw failure
      if (isCurrent(session)) {
        if (!session) {
          onSignInNeeded()
          throw failure
        }
        await renewed(session)
      }
      return send(verb, path, call) // without a session now, if it had ended: a page for visitors still opens
    }
  }

  async function exchange(request: HttpRequest, session: Session | null): Promise<unknown> {
    const headers = session
      ? { ...request.headers, Authorization: `Bearer ${session.access_token}` }
      : request.headers
    return answerOf(await transport({ ...request, headers }))
  }

  /** Whether nobody has signed in, signed out or renewed since, here or in another tab. */
  function isCurrent(used: Session | null): boolean {
    return sessions.read()?.access_token === used?.access_token
  }

  async function renewed(used: Session): Promise<void> {
    renewing ??= renew(used).finally(() => (renewing = null))
    await renewing
  }

  async function renew(used: Session): Promise<void> {
    const { refresh_token, attempt } = used
    try {
      const request = requestOf('post', renewal, { body: { refresh_token, attempt } })
      const tokens = (await exchange(request, null)) as Schemas['AuthTokens']
      if (isCurrent(used)) keep(tokens)
    } catch (failure) {
      if (!(failure instanceof ApiError) || failure.status !== 401) throw failure
      if (isCurrent(used)) sessions.write(null)
    }
  }

  function keep(tokens: Schemas['AuthTokens']): void {
    sessions.write({ ...tokens, attempt: randomKey() })
  }

  const method = (verb: Verb) => (path: string, call?: LooseCall) => send(verb, path, call)
  return {
    get: method('get') as Method<'get'>,
    post: method('post') as Method<'post'>,
    put: method('put') as Method<'put'>,
    patch: method('patch') as Method<'patch'>,
    delete: method('delete') as Method<'delete'>,
    signedIn: keep,
  }
}

function requestOf(verb: Verb, path: string, call: LooseCall): HttpRequest {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(call.path?.[name])))
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (call.body !== undefined) headers['Content-Type'] = 'application/json'
  if (call.intent) headers['Idempotency-Key'] = call.intent.keyFor([filled, call.body])
  return {
    method: verb.toUpperCase(),
    url: filled + queryOf(call.query),
    headers,
    body: call.body === undefined ? undefined : JSON.stringify(call.body),
  }
}

/** `?a=1&b=2&b=3`; what is empty is left out. */
export function queryOf(query: Record<string, unknown> = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined && one !== null && one !== '')
      .map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`),
  )
  return pairs.length ? `?${pairs.join('&')}` : ''
}

function answerOf({ status, text, retryAfter }: HttpAnswer): unknown {
  if (status >= 200 && status < 300) return text ? JSON.parse(text) : undefined
  throw new ApiError(status, problemOf(text), retryAfter)
}

function problemOf(text: string): Problem {
  try {
    return JSON.parse(text) as Problem
  } catch {
    return {} // a gateway's page, not ours
  }
}
