/** What two pages do with arrivals. */
import { api, type Schemas } from '@/api/client'
import { dayOf } from '@/parts/format'
import { confirmDanger, done } from '@/parts/say'

type Arrival = Schemas['InventoryArrivalView']

export const isLate = (arrival: Arrival): boolean => arrival.expected_on < dayOf()

/** Whether it was cancelled; the person may think better of it. */
export async function cancelArrival({ sku_id, arrival_id, title, outstanding }: Arrival): Promise<boolean> {
  const text = `未到的 ${outstanding} 件不再计入在途，已入库的不受影响。`
  if ((await confirmDanger({ title: `取消「${title}」的到货？`, text, action: '取消到货' })) === null) return false
  await api.post('/admin/stock/{sku_id}/arrivals/{arrival_id}/cancellation', { path: { sku_id, arrival_id } })
  done('已取消')
  return true
}
