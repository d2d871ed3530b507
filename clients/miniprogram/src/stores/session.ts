import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { api, type ApiError, asApiError, sessions, type Schemas } from '@/api'
import { askToSignIn } from '@/composables/navigation'
import { signIns } from '@/composables/signIns'

export type Me = Schemas['AgentsMe']
export type Ability = Me['open'][number]

const VISITOR: Me = { principal: 'visitor', user: null, company: null, tier_name: '', permissions: [], open: ['browse'] }

/** Who uses the client, and what is open to them. The server refuses the rest; pages only do not offer it. */
export const useSession = defineStore('session', () => {
  const me = ref<Me>(VISITOR)
  const isKnown = ref(false)
  const isSignedIn = computed(() => me.value.principal === 'agent')
  const company = computed(() => me.value.company)
  /** Changes when prices and pages look different: another person, another state of the company. Empty until known. */
  const viewer = computed(() => isKnown.value ? `${me.value.user?.user_id ?? 'visitor'} ${company.value?.state ?? ''}` : '')

  /** Ask the server again; what was known stays when it cannot be reached: gives why. */
  async function load(): Promise<ApiError | null> {
    try {
      me.value = sessions.read() ? await api.get('/me') : VISITOR
      isKnown.value = true
      return null
    } catch (error) {
      isKnown.value = isKnown.value || !sessions.read()
      return asApiError(error)
    }
  }

  /** Keep what a sign-in opened and learn who it is. */
  async function enter(tokens: Schemas['AuthTokens']): Promise<void> {
    api.signedIn(tokens)
    await load()
  }

  /** End this session; the device forgets it even when the server cannot be told. */
  async function leave(): Promise<void> {
    await api.delete('/auth/sessions/current').catch(() => undefined)
    sessions.write(null)
  }

  /** End every session of this person, on all devices; whether that was done. */
  async function leaveEverywhere(): Promise<boolean> {
    await api.delete('/auth/sessions/all')
    sessions.write(null)
    me.value = VISITOR
    return true
  }

  sessions.onChange(() => void load())
  watch(isSignedIn, (isIn) => isIn && (signIns.value += 1))

  const may = (ability: Ability) => me.value.open.includes(ability)
  /** Whether the person's role allows something in the company. */
  const holds = (permission: string) => me.value.permissions.includes(permission)

  /** Whether somebody is signed in; asks them to sign in if not. */
  function require(): boolean {
    if (!sessions.read()) askToSignIn()
    return Boolean(sessions.read())
  }

  return { me, company, viewer, isKnown, isSignedIn, load, enter, leave, leaveEverywhere, may, holds, require }
})
