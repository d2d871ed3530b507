/** Columns that lists of money have in common. */
import type { Column } from '@/parts/declare'
import { methods } from '../orders/words'
import { orderMark, paymentStates, type Payment, type Refund } from './words'

type Money = Payment | Refund

export const orderColumn: Column<Money> = { key: 'order', label: '订单', kind: 'strong', width: 212, value: (row) => ('remittance_code' in row && row.remittance_code) || orderMark(row.order_id) }
export const companyColumn: Column<Money> = { key: 'company', label: '代理商', kind: 'company', minWidth: 200, value: (row) => row.agent_id }
export const methodColumn: Column<Money> = { key: 'method', label: '方式', width: 100, value: (row) => methods[row.method] }
export const amountColumn: Column<Money> = { key: 'amount_fen', label: '金额', kind: 'money', width: 130 }
export const stateColumn: Column<Payment> = { key: 'state', label: '状态', kind: 'state', states: paymentStates, width: 110 }
export const sinceColumn: Column<Money> = { key: 'state_since', label: '状态时间', kind: 'instant' }
