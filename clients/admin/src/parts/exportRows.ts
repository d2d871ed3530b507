/** Everything a list would show with its present filters, as a file. */
import { learnCompanies } from './companyNames'
import { textOf, valueOf, type Column, type Load } from './declare'
import { dayOf } from './format'
import { download, toCsv } from './csv'
import { startTask } from './tasks'

const STEP = 100

export async function exportRows<Row>(
  noun: string,
  columns: Column<Row>[],
  load: Load<Row>,
  filters: Record<string, string | undefined>,
): Promise<void> {
  const named = columns.filter((one) => one.kind === 'company')
  const lines = [columns.map((one) => one.label)]
  const task = await startTask(`导出${noun}`, null, async (task) => {
    let cursor: string | undefined
    do {
      const page = await load(filters, { limit: STEP, cursor })
      await learnCompanies(page.items.flatMap((row) => named.map((column) => String(valueOf(column, row)))))
      lines.push(...page.items.map((row) => columns.map((column) => textOf(column, row))))
      task.done = lines.length - 1
      cursor = page.next_cursor ?? undefined
    } while (cursor && !task.stopping)
  })
  if (task.state === 'finished') download(`${noun}-${dayOf()}.csv`, toCsv(lines))
}
