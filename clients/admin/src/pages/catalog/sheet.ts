/** The lines of a product file, taken apart where a product ends, so that an import can show how far it is. */
import { parseCsv, toCsv } from '@/parts/csv'

export interface Part {
  content: string
  lines: number
  /** The line of the file that each line of the part was, the header being 1. */
  original: number[]
}

/** These products, some lines at a time; the lines of one stay together. */
export function partsOf(content: string, products: number[][], most: number): Part[] {
  const rows = parseCsv(content)
  const head = rows[0] ?? []
  const parts: Part[] = []
  let lines: number[] = []
  const finish = () => {
    if (lines.length) parts.push({ content: toCsv([head, ...lines.map((line) => rows[line - 1] ?? [])]), lines: lines.length, original: [1, ...lines] })
    lines = []
  }
  for (const product of products) {
    if (lines.length + product.length > most) finish()
    lines.push(...product)
  }
  finish()
  return parts
}
