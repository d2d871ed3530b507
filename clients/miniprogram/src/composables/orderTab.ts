import { ref } from 'vue'
import { open } from './navigation'

export type OrderTab = '' | 'to_pay' | 'to_ship' | 'shipped' | 'completed' | 'closed'

/** Which orders the tab 订单 shows, all when empty: a switch of tabs cannot carry a query. */
export const orderTab = ref<OrderTab>('')

export function openOrders(tab: OrderTab): void {
  orderTab.value = tab
  open('/pages/orders/index')
}
