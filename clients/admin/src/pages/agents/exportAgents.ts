/** A file of the companies that somebody looks at, written by the server while the person goes on. */
import { api, Intent } from '@/api/client'
import { waitForFile } from '@/parts/waitForFile'
import type { Search } from './search'

export async function exportAgents(search: Search): Promise<void> {
  const intent = new Intent()
  await waitForFile(
    '导出代理商',
    () => api.post('/admin/agents/export', { body: search, intent }),
    (export_id) => api.get('/admin/agents/exports/{export_id}', { path: { export_id } }),
    (file) => file.companies,
  )
}
