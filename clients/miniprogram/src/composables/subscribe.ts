import { shallowRef } from 'vue'
import { api } from '@/api'
import { requestSubscriptions } from '@/platform'
import { IN_WEIXIN } from '@/platform/where'

const templates = shallowRef<Record<string, string>>({})

/** Learn which templates to ask for, before a tap needs them: WeChat's sheet opens only from the tap itself. */
export async function prepareSubscriptions(): Promise<void> {
  if (!IN_WEIXIN || Object.keys(templates.value).length) return
  const consents = await api.get('/notifications/subscriptions').catch(() => null)
  templates.value = consents?.templates ?? {}
}

/** Whether WeChat could bring messages of some of these kinds. */
export const canSubscribe = (kinds: string[]) => kinds.some((kind) => templates.value[kind])

/** Ask for consent to messages of these kinds and count what was given; call it from a tap. Failures are no one's loss. */
export async function subscribe(kinds: string[]): Promise<void> {
  const known = templates.value
  const asked = kinds.filter((kind) => known[kind])
  const given = await requestSubscriptions(asked.map((kind) => known[kind]))
  const accepted = asked.filter((kind) => given.includes(known[kind]))
  if (accepted.length) await api.post('/notifications/subscriptions', { body: { accepted } }).catch(() => undefined)
}
