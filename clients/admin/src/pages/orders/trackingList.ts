/** A list of tracking numbers as people paste it: order, carrier and number in any order a line has them. */
import { carriers } from './words'

export interface Shipment {
  order_no: string
  carrier: string
  tracking_no: string
}
export interface Line {
  /** Position in the pasted text, the first being 1. */
  row: number
  text: string
  shipment?: Shipment
  problem?: string
}

const ORDER = /^\d{8}-[0-9A-Z]{8}$/
const NUMBER = /^[0-9A-Z-]{6,30}$/

export function carrierOf(text: string): string | undefined {
  const plain = text.trim().toLowerCase()
  return carriers.find((one) => one.value === plain || one.label === text.trim() || (plain.length >= 2 && one.label.startsWith(text.trim())))?.value
}

/**
 * Lines of `order carrier number`, `order number`, or `number` alone for the orders given, one after another.
 * A line without a carrier takes the usual one; a heading is left out.
 */
export function readList(text: string, usual: string, orders: string[]): Line[] {
  const written = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean)
  const lines = written.filter((line, at) => at > 0 || !/订单号|快递|单号/.test(line))
  const seen = new Set<string>()
  return lines.map((line, at) => {
    const read = readLine(line, usual, orders[at])
    const twice = read.shipment && seen.has(read.shipment.order_no)
    if (read.shipment) seen.add(read.shipment.order_no)
    return { row: at + 1, text: line, ...(twice ? { problem: '同一订单出现了两次' } : read) }
  })
}

function readLine(line: string, usual: string, next: string | undefined): Pick<Line, 'shipment' | 'problem'> {
  const cells = line.split(/[\s,，;；\t]+/).map((cell) => cell.replace(/^["']|["']$/g, '')).filter(Boolean)
  const order_no = cells.map((cell) => cell.toUpperCase()).find((cell) => ORDER.test(cell)) ?? (cells.length === 1 ? next : undefined)
  if (!order_no) return { problem: cells.length === 1 ? '没有对应的订单' : '缺少订单号' }
  const others = cells.filter((cell) => cell.toUpperCase() !== order_no)
  const named = others.map(carrierOf)
  const carrier = named.find(Boolean)
  const rest = others.filter((_, at) => !named[at])
  const tracking_no = rest.map((cell) => cell.toUpperCase()).find((cell) => NUMBER.test(cell))
  if (!tracking_no) return { problem: '缺少快递单号' }
  if (rest.length > 1) return { problem: `不认识的快递公司「${rest.find((cell) => cell.toUpperCase() !== tracking_no)}」` }
  return { shipment: { order_no, carrier: carrier ?? usual, tracking_no } }
}
