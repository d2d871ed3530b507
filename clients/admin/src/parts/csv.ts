/** Comma-separated files that Excel opens, and reading them back. */

const FORMULA = /^[=+\-@\t\r]/
const NUMBER = /^-?\d+(\.\d+)?$/

/** One line per row, with a byte order mark; what a spreadsheet would run as a formula is quoted. */
export function toCsv(rows: string[][]): string {
  return '\ufeff' + rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

function cell(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Rows of cells; empty lines are left out. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  let value = ''
  let quoted = false
  const source = text.replace(/^\ufeff/, '')
  const endCell = () => {
    rows[rows.length - 1]!.push(value.trim())
    value = ''
  }
  for (let at = 0; at < source.length; at++) {
    const sign = source[at]!
    if (quoted) {
      if (sign !== '"') value += sign
      else if (source[at + 1] === '"') value += source[++at]
      else quoted = false
    } else if (sign === '"' && value.trim() === '') {
      quoted = true
      value = ''
    } else if (sign === ',') endCell()
    else if (sign === '\n') {
      endCell()
      rows.push([])
    } else if (sign !== '\r') value += sign
  }
  endCell()
  return rows.filter((row) => row.some((one) => one !== ''))
}

/** The text of a file; Excel in China saves as GB18030 unless told otherwise. */
export async function textOf(file: File): Promise<string> {
  const bytes = await file.arrayBuffer()
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

export function download(name: string, content: string | Blob): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: 'text/csv;charset=utf-8' }) : content
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
