import { api } from '@/api'
import { IN_WEIXIN } from '@/platform/where'
import { requestSubscriptions } from '@/platform'

let templates: Record<string, string> | null = null

/** Learn which templates to ask for, before a tap needs them: WeChat's sheet opens only from the tap itself. */
export async function prepareSubscriptions(): Promise<void> {
  if (IN_WEIXIN) templates ??= (await api.get('/notifications/subscriptions').catch(() => null))?.templates ?? null
}

/** Ask for consent to messages of these kinds and count what was given; call it from a tap. Failures are no one's loss. */
export async function subscribe(kinds: string[]): Promise<void> {
  const known = templates ?? {}
  const asked = kinds.filter((kind) => known[kind])
  const given = await requestSubscriptions(asked.map((kind) => known[kind]))
  const accepted = asked.filter((kind) => given.includes(known[kind]))
  if (accepted.length) await api.post('/notifications/subscriptions', { body: { accepted } }).catch(() => undefined)
}
