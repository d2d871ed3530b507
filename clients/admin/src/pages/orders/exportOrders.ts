/** A file of the orders that somebody looks at, written by the server while the person goes on. */
import { api, Intent, type Schemas } from '@/api/client'
import { reportFailure } from '@/parts/say'
import { startTask } from '@/parts/tasks'

type Wanted = Omit<Schemas['OrdersExportOrders'], 'state'>
const KEYS = ['agent_id', 'region', 'tier', 'phone', 'first', 'last'] as const
const PAUSE = 1500

export async function exportOrders(query: Record<string, string | undefined>): Promise<void> {
  const wanted = Object.fromEntries(KEYS.map((key) => [key, query[key] ?? null])) as Wanted
  const state = (query.state === 'all' ? null : query.state) as Schemas['OrdersExportOrders']['state']
  let url: string | null = null
  try {
    let file = await api.post('/admin/orders/export', { body: { ...wanted, state }, intent: new Intent() })
    const task = await startTask('导出订单明细', null, async (task) => {
      while (file.stage === 'running' && !task.stopping) {
        await new Promise((resume) => setTimeout(resume, PAUSE))
        file = await api.get('/admin/orders/exports/{export_id}', { path: { export_id: file.export_id } })
        task.done = file.orders
      }
      if (file.stage === 'lapsed') task.failures.push({ what: '导出订单明细', why: '没有按时写完，请重新导出' })
    })
    if (task.state === 'finished') url = file.url
  } catch (failure) {
    reportFailure(failure)
  }
  if (url) location.assign(url)
}
