/** From an e-mail address and a password, and a code where one is asked for, to a session. */
import { api, ApiError, type Schemas } from '@/api/client'
import { knowMe, sessions } from '@/session'

/** The challenge to answer with a code, or null when the person is in. */
export async function signIn(email: string, password: string): Promise<string | null> {
  try {
    await enter(await api.post('/admin/sessions', { body: { email, password } }))
    return null
  } catch (failure) {
    const challenge = failure instanceof ApiError ? failure.problem.challenge : undefined
    if (typeof challenge === 'string') return challenge
    throw failure
  }
}

export async function answerChallenge(challenge: string, one_time_code: string): Promise<void> {
  await enter(await api.post('/admin/sessions/second-factor', { body: { challenge, one_time_code } }))
}

/** Go on with what is open to the person by now, as after a change of the password. */
export async function renewSession(): Promise<void> {
  const { refresh_token, attempt } = sessions.read()!
  await enter(await api.post('/admin/sessions/refresh', { body: { refresh_token, attempt } }))
}

async function enter(tokens: Schemas['AuthTokens']): Promise<void> {
  api.signedIn(tokens)
  knowMe(await api.get('/admin/me'))
}
