import { beforeEach, describe, expect, it } from 'vitest'
import { ApiError, createClient, Intent, offline, queryOf, type HttpAnswer, type HttpRequest, type Session } from '@shared/client'

const TOKENS = {
  access_token: 'old',
  access_expires_at: '2026-11-22T02:15:00Z',
  refresh_token: 'refresh-1',
  refresh_expires_at: '2026-12-22T02:00:00Z',
  kind: 'agent' as const,
  user_id: 'U',
  agent_id: 'A',
  must_change_password: false,
  must_add_second_factor: false,
}
const EXPIRED: HttpAnswer = { status: 401, text: '{"code":"TokenExpired","title":"登录已过期"}' }

let session: Session | null
let sent: HttpRequest[]
let asked: number
let answer: (request: HttpRequest) => HttpAnswer

beforeEach(() => {
  session = { ...TOKENS, attempt: 'attempt-1' }
  sent = []
  asked = 0
  answer = () => ({ status: 200, text: '{}' })
})

const client = () =>
  createClient({
    transport: async (request) => {
      sent.push(request)
      return answer(request)
    },
    sessions: { read: () => session, write: (next) => (session = next) },
    onSignInNeeded: () => asked++,
  })

const shop = (request: HttpRequest): HttpAnswer => {
  if (request.url === '/auth/sessions/refresh') return { status: 200, text: JSON.stringify({ ...TOKENS, access_token: 'new', refresh_token: 'refresh-2' }) }
  return request.headers.Authorization === 'Bearer new' ? { status: 200, text: '{"pieces":3}' } : EXPIRED
}

describe('requests', () => {
  it('fill in the path, leave out what is empty, repeat lists', async () => {
    await client().get('/products/{product_id}/reviews', { path: { product_id: 'A/B' }, query: { limit: 5, cursor: undefined } })
    expect(sent[0]).toMatchObject({ method: 'GET', url: '/products/A%2FB/reviews?limit=5', headers: { Authorization: 'Bearer old' } })
    expect(queryOf({ q: '茶', brand: ['A', 'B'], tag: [], category: null })).toBe('?q=%E8%8C%B6&brand=A&brand=B')
  })

  it('turn a problem document into an error with its fields', async () => {
    answer = () => ({
      status: 422,
      text: '{"title":"填写的内容有误","detail":"","code":"Invalid","errors":[{"field":"phone","message":"必填"}]}',
    })
    const failure = await client().get('/cart').catch((error: ApiError) => error)
    expect(failure).toMatchObject({ status: 422, code: 'Invalid', message: '填写的内容有误', fields: { phone: '必填' } })
  })

  it('may have been done by a server that did not answer, or failed at it', () => {
    const unsure = [0, 500, 504, 409, 422].filter((status) => new ApiError(status, {}).isUnsure)
    expect(unsure).toEqual([0, 500, 504])
  })

  it('survive an answer that is not ours', async () => {
    answer = () => ({ status: 502, text: '<html>Bad gateway' })
    await expect(client().get('/cart')).rejects.toMatchObject({ status: 502, code: 'Unknown' })
  })
})

describe('an expired session', () => {
  it('is renewed once for calls that run at the same time', async () => {
    answer = shop
    const api = client()
    const carts = await Promise.all([api.get('/cart'), api.get('/cart'), api.get('/cart')])
    expect(carts).toEqual([{ pieces: 3 }, { pieces: 3 }, { pieces: 3 }])
    const renewals = sent.filter(({ url }) => url === '/auth/sessions/refresh')
    expect(renewals.map(({ body }) => JSON.parse(body!))).toEqual([{ refresh_token: 'refresh-1', attempt: 'attempt-1' }])
    expect(session).toMatchObject({ access_token: 'new', refresh_token: 'refresh-2' })
    expect(session!.attempt).not.toBe('attempt-1')
  })

  it('is not renewed again by a call that another tab has overtaken', async () => {
    answer = (request) => {
      session = { ...session!, access_token: 'new' }
      return shop(request)
    }
    await client().get('/cart')
    expect(sent.map(({ url }) => url)).toEqual(['/cart', '/cart'])
  })

  it('keeps the attempt when the renewal was not answered', async () => {
    answer = (request) => {
      if (request.url.endsWith('refresh')) throw offline()
      return EXPIRED
    }
    await expect(client().get('/cart')).rejects.toMatchObject({ code: 'Offline', isOffline: true })
    expect(session).toMatchObject({ refresh_token: 'refresh-1', attempt: 'attempt-1' })
    expect(asked).toBe(0)
  })

  it('that has ended leads to the sign-in page, once the page needs somebody', async () => {
    answer = ({ url }) => ({ status: 401, text: url.endsWith('refresh') ? '{"code":"SessionEnded"}' : '{"code":"Unauthenticated"}' })
    await expect(client().get('/cart')).rejects.toMatchObject({ status: 401 })
    expect(session).toBeNull()
    expect(asked).toBe(1)
  })

  it('that has ended still shows what visitors may see', async () => {
    answer = ({ url, headers }) =>
      url.endsWith('refresh') || headers.Authorization ? { status: 401, text: '{"code":"TokenExpired"}' } : { status: 200, text: '{"shelves":[]}' }
    expect(await client().get('/home')).toEqual({ shelves: [] })
    expect(asked).toBe(0)
  })

  it('asks nobody to sign in who has done so meanwhile', async () => {
    session = null
    answer = ({ headers }) => {
      session = { ...TOKENS, attempt: 'attempt-1' }
      return headers.Authorization ? { status: 200, text: '{"pieces":3}' } : EXPIRED
    }
    expect(await client().get('/cart')).toEqual({ pieces: 3 })
    expect(asked).toBe(0)
  })

  it('that is renewed in vain, or in time, leaves alone what was opened or ended meanwhile', async () => {
    const other: Session = { ...TOKENS, access_token: 'other', attempt: 'attempt-9' }
    for (const meanwhile of [other, null])
      for (const renewal of [{ status: 401, text: '{"code":"SessionEnded"}' }, { status: 200, text: JSON.stringify({ ...TOKENS, access_token: 'new' }) }]) {
        session = { ...TOKENS, attempt: 'attempt-1' }
        answer = ({ url, headers }) => {
          if (headers.Authorization === 'Bearer old') return EXPIRED
          if (!url.endsWith('refresh')) return { status: 200, text: '{}' }
          session = meanwhile
          return renewal
        }
        await client().get('/cart')
        expect(session).toEqual(meanwhile)
      }
  })

  it('is not what a wrong password means', async () => {
    answer = () => ({ status: 401, text: '{"code":"SignInFailed","title":"账号或密码不正确"}' })
    await expect(client().post('/auth/sessions/password', { body: { identifier: 'a', password: 'b' } })).rejects.toMatchObject({ code: 'SignInFailed' })
    expect(sent).toHaveLength(1)
    expect(session).not.toBeNull()
  })
})

describe('an intent', () => {
  const body = { gift_id: 'G', points: 100, quantity: 1 }

  it('keeps its key across retries and takes another afterwards', async () => {
    const intent = new Intent()
    const api = client()
    let fails = true
    answer = () => {
      if (fails) throw offline()
      return { status: 201, text: '{}' }
    }
    await expect(api.post('/redemptions', { intent, body })).rejects.toBeInstanceOf(ApiError)
    fails = false
    await api.post('/redemptions', { intent, body })
    await api.post('/redemptions', { intent, body })
    const keys = sent.map(({ headers }) => headers['Idempotency-Key'])
    expect(keys[0]).toBe(keys[1])
    expect(keys[2]).not.toBe(keys[1])
  })

  it('is another one when the wish changes', () => {
    const intent = new Intent()
    const key = intent.keyFor(body)
    expect(intent.keyFor({ ...body })).toBe(key)
    expect(intent.keyFor({ ...body, quantity: 2 })).not.toBe(key)
  })
})
