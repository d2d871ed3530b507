/** All active companies that something is given to. */
import { api } from '@/api/client'
import type { Choice } from '@/parts/declare'

const STEP = 100
const MOST = 1000

/** Companies that may order, of a tier or a segment. */
export async function companiesOf(chosen: { tier?: string; segment?: string }): Promise<Choice[]> {
  const found: Choice[] = []
  let cursor: string | null | undefined
  do {
    const page = await api.get('/admin/agents/choices', { query: { ...chosen, state: 'active', limit: STEP, cursor } })
    found.push(...page.items.map((one) => ({ value: one.agent_id, label: one.name })))
    cursor = page.next_cursor
  } while (cursor && found.length < MOST)
  return found
}
