/** What companies are called, asked for together and remembered. */
import { reactive } from 'vue'
import { api } from '@/api/client'

const MOST = 100
const names = reactive<Record<string, string>>({})
const wanted = new Set<string>()

/** The name of a company, or nothing while it is on its way. */
export function companyName(agentId: string): string {
  if (!(agentId in names) && !wanted.has(agentId)) {
    if (!wanted.size) setTimeout(() => void askWanted(), 0)
    wanted.add(agentId)
  }
  return names[agentId] ?? ''
}

/** Wait until these companies can be named. */
export async function learnCompanies(agentIds: readonly string[]): Promise<void> {
  const unknown = [...new Set(agentIds)].filter((id) => !(id in names))
  for (let from = 0; from < unknown.length; from += MOST) {
    const part = unknown.slice(from, from + MOST)
    const found = await api.get('/admin/agents/names', { query: { ids: part.join(',') } }).catch(() => ({ names: {} }))
    part.forEach((id) => (names[id] = (found.names as Record<string, string>)[id] ?? id.slice(0, 8)))
  }
}

function askWanted(): Promise<void> {
  const ids = [...wanted]
  wanted.clear()
  return learnCompanies(ids)
}
