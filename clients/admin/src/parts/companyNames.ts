/** What companies are called, asked for together and remembered. */
import { reactive } from 'vue'
import { api } from '@/api/client'

const MOST = 100
const names = reactive<Record<string, string>>({})
const wanted = new Set<string>()

/** The name of a company, or nothing while it is on its way. */
export function companyName(agentId: string): string {
  if (!(agentId in names) && !wanted.has(agentId)) {
    if (!wanted.size) setTimeout(() => void ask(), 0)
    wanted.add(agentId)
  }
  return names[agentId] ?? ''
}

async function ask(): Promise<void> {
  const ids = [...wanted]
  wanted.clear()
  for (let from = 0; from < ids.length; from += MOST) {
    const part = ids.slice(from, from + MOST)
    const found = await api.get('/admin/agents/names', { query: { ids: part.join(',') } }).catch(() => ({ names: {} }))
    part.forEach((id) => (names[id] = (found.names as Record<string, string>)[id] ?? id.slice(0, 8)))
  }
}
