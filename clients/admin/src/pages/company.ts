/** Queues by state that can also show all of one company, whatever its state. */
import type { Filter, Page } from '@/parts/declare'

export const oneCompany = { value: 'company', label: '一家公司' }
export const companyFilter: Filter = { key: 'agent_id', label: '代理商', kind: 'company', width: 240, alone: { state: oneCompany.value } }

/** The rows of the chosen company; none while no company is chosen in its tab, nothing in the tabs of states. */
export function ofCompany<Row>(chosen: Record<string, string | undefined>, load: (agentId: string) => Promise<Page<Row>>): Promise<Page<Row>> | null {
  if (chosen.state !== oneCompany.value) return null
  return chosen.agent_id ? load(chosen.agent_id) : Promise.resolve({ items: [] })
}
