/** The typed interface as the signed-in member of staff. */
import { createClient, offline, type HttpAnswer, type HttpRequest } from '@shared/client'
import { sessions, signedOut } from '@/session'

export { ApiError, Intent, type Schemas } from '@shared/client'

async function transport({ method, url, headers, body }: HttpRequest): Promise<HttpAnswer> {
  const response = await fetch(url, { method, headers, body }).catch(() => {
    throw offline()
  })
  const wait = response.headers.get('Retry-After')
  const isFile = response.headers.get('Content-Type')?.startsWith('text/csv')
  const text = await response.text()
  return { status: response.status, text: isFile ? JSON.stringify(text) : text, retryAfter: wait ? Number(wait) : undefined }
}

export const api = createClient({ transport, sessions, onSignInNeeded: signedOut, renewal: '/admin/sessions/refresh' })
