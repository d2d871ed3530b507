/** A file of the orders that somebody looks at, written by the server while the person goes on. */
import { api, Intent, type Schemas } from '@/api/client'
import { waitForFile } from '@/parts/waitForFile'

type Wanted = Omit<Schemas['OrdersExportOrders'], 'state'>
const KEYS = ['agent_id', 'region', 'tier', 'phone', 'first', 'last'] as const

export async function exportOrders(query: Record<string, string | undefined>): Promise<void> {
  const wanted = Object.fromEntries(KEYS.map((key) => [key, query[key] ?? null])) as Wanted
  const state = (query.state === 'all' ? null : query.state) as Schemas['OrdersExportOrders']['state']
  const intent = new Intent()
  await waitForFile(
    '导出订单明细',
    () => api.post('/admin/orders/export', { body: { ...wanted, state }, intent }),
    (export_id) => api.get('/admin/orders/exports/{export_id}', { path: { export_id } }),
    (file) => file.orders,
  )
}
