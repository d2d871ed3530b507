/** What a page declares: columns, filters, fields, states. */
import type { Component } from 'vue'
import { companyName } from './companyNames'
import { yuan, exactInstant, number } from './format'

export type Tone = 'wait' | 'good' | 'bad' | 'plain' | 'info'
/** The words and the tone for each value of a state. */
export type States = Record<string, { text: string; tone: Tone }>

export interface Choice {
  value: string
  label: string
  /** Only named, not chosen any more. */
  disabled?: boolean
}
export type Choices = Choice[] | (() => Promise<Choice[]>)

type Kind = 'text' | 'strong' | 'money' | 'number' | 'instant' | 'state' | 'picture' | 'id' | 'yes-no' | 'company'

interface ColumnBase {
  label: string
  kind?: Kind
  states?: States
  width?: number
  minWidth?: number
  /** Not shown until somebody chooses it. */
  optional?: boolean
  /** The value of the API's `sort` that orders by this column, highest first. */
  sort?: string
}
/** A column shows a property of the row, or a value taken from it. */
export type Column<Row> = ColumnBase &
  ({ key: keyof Row & string; value?: (row: Row) => unknown } | { key: string; value: (row: Row) => unknown })

export interface Filter {
  key: string
  label: string
  /** `tabs` stand above the list; `text` is what `/` jumps to; `region` is a province or a city; `company` is found by name. */
  kind?: 'text' | 'choice' | 'day' | 'tabs' | 'region' | 'company'
  choices?: Choices
  /** What holds when nothing was chosen. */
  initial?: string
  /** Choosing it opens this tab, where it counts alone; another tab takes it away. */
  alone?: Record<string, string>
  /** How many each tab holds. */
  counts?: () => Promise<Record<string, number>>
  width?: number
}

export interface Page<Row> {
  items: Row[]
  next_cursor?: string | null
}
export interface Step {
  limit: number
  cursor?: string
}
export type Load<Row> = (filters: Record<string, string | undefined>, step: Step) => Promise<Page<Row>>

interface BatchBase<Row> {
  label: string
  danger?: boolean
  /** Which of the selected rows it applies to. */
  applies?: (row: Row) => boolean
}
interface Asked<Row> extends BatchBase<Row> {
  /** Asked before it begins; `n` rows were selected. */
  question: (n: number) => string
}
interface RowByRow<Row> extends Asked<Row> {
  run: (row: Row, reason: string) => Promise<unknown>
  /** Ask for a reason, one for all rows; what to write. */
  reason?: string
}
interface InParts<Row> extends Asked<Row> {
  /** Called with ten rows at most; why each was refused, or nothing for those that were done. */
  send: (rows: Row[]) => Promise<(string | undefined)[]>
}
interface Together<Row> extends BatchBase<Row> {
  /** All selected rows are worked on elsewhere. */
  together: (rows: Row[]) => void
}
export type BatchAction<Row> = RowByRow<Row> | InParts<Row> | Together<Row>

export interface Field<Form> {
  key: keyof Form & string
  label: string
  kind?: 'text' | 'area' | 'integer' | 'money' | 'choice' | 'many' | 'switch' | 'picture' | 'day' | 'instant' | 'region' | 'regions' | 'password' | 'company' | 'companies'
  required?: boolean
  min?: number
  max?: number
  /** The unit behind a number. */
  unit?: string
  help?: string
  placeholder?: string
  choices?: Choices
  /** What a picture is of. */
  subject?: 'products' | 'categories' | 'brands' | 'gifts'
  /** Begins a new section of the form. */
  section?: string
  when?: (form: Form) => boolean
  /** What a value without a kind says, where versions are compared. */
  words?: (value: never) => string
  /** A message when the value will not do. */
  check?: (value: never, form: Form) => string | undefined
  disabled?: boolean
}

export function valueOf<Row>(column: Column<Row>, row: Row): unknown {
  return column.value ? column.value(row) : (row as Record<string, unknown>)[column.key]
}

/** A cell as plain text, for files and comparisons. */
export function textOf<Row>(column: Column<Row>, row: Row): string {
  const value = valueOf(column, row)
  if (value === null || value === undefined) return ''
  switch (column.kind) {
    case 'money':
      return yuan(value as number).replaceAll(',', '')
    case 'number':
      return String(value)
    case 'instant':
      return exactInstant(value as string)
    case 'state':
      return column.states?.[value as string]?.text ?? String(value)
    case 'yes-no':
      return value ? '是' : '否'
    case 'company':
      return companyName(value as string)
    default:
      return typeof value === 'number' ? number(value) : String(value)
  }
}

export function choicesOf(states: States): Choice[] {
  return Object.entries(states).map(([value, { text }]) => ({ value, label: text }))
}

/** A family of pages: one group of the menu. */
export interface Family {
  title: string
  icon: Component
  order: number
  pages: PageEntry[]
  /** What the typed text may be the number of, such as an order. */
  jumps?: (text: string) => Jump[]
  /** Things of the family whose names match, asked of the server. */
  find?: (text: string) => Promise<Jump[]>
}

export interface Jump {
  title: string
  hint: string
  to: string
  permission?: string | string[]
}

export interface PageEntry {
  /** Below `/`, such as `agents` or `agents/:agent_id`. */
  path: string
  title: string
  /** One of these permissions opens the page. */
  permission?: string | string[]
  component: () => Promise<unknown>
  /** Keep it alive while somebody looks at something else, as lists do. */
  keep?: boolean
  /** The path of the list that leads here; such pages are not in the menu. */
  under?: string
  /** Shown over this page, in a drawer. */
  children?: { path: string; component: () => Promise<unknown> }[]
}
