/** Who is signed in, and what is open to them. */
import { computed, reactive } from 'vue'
import type { Schemas, Session, SessionStore } from '@shared/client'

type Me = Schemas['AdminStaffMe']

const STORED = 'console.session'

const state = reactive({ me: null as Me | null, ended: false })

export const me = computed(() => state.me)
/** True after a session ended by itself; the sign-in page says so. */
export const sessionEnded = computed(() => state.ended)

/** Kept for all tabs of the browser. */
export const sessions: SessionStore = {
  read() {
    const text = localStorage.getItem(STORED)
    return text ? (JSON.parse(text) as Session) : null
  },
  write(session) {
    if (session) localStorage.setItem(STORED, JSON.stringify(session))
    else localStorage.removeItem(STORED)
  },
}

export function isSignedIn(): boolean {
  return sessions.read() !== null
}

export function knowMe(found: Me): void {
  state.me = found
  state.ended = false
}

export function forget(): void {
  sessions.write(null)
  state.me = null
}

/** Whether one of these permissions is held; nothing asked for is open to all staff. */
export function may(permission?: string | string[]): boolean {
  if (!permission) return true
  const held = state.me?.permissions ?? []
  return held.includes('*') || [permission].flat().some((one) => held.includes(one))
}

let leave: () => void = () => {}

/** What to do when the session has ended by itself; set by the router. */
export function onSignedOut(handler: () => void): void {
  leave = handler
}

export function signedOut(): void {
  forget()
  state.ended = true
  leave()
}

// somebody else signed in, or out, in another tab: begin anew as them
window.addEventListener('storage', ({ key }) => {
  if (key === STORED && state.me && sessions.read()?.user_id !== state.me.user_id) location.reload()
})
