/** The value of a field as people read it, where versions of a form are compared. */
import { companyName } from './companyNames'
import type { Field } from './declare'
import { instant, number, yuan } from './format'
import { useChoices } from './lookup'
import { usePlaceNames } from './regions'

/** Names that are still on their way appear by themselves. */
export function useFieldText<Form>(fields: Field<Form>[]): (field: Field<Form>, value: unknown) => string {
  const names = new Map(fields.map((field) => [field.key as string, useChoices(field.choices).labelOf]))
  const placeName = usePlaceNames()

  function one(field: Field<Form>, value: unknown): string {
    switch (field.kind) {
      case 'money':
        return `¥${yuan(value as number)}`
      case 'integer':
        return [number(value as number), field.unit].filter(Boolean).join(' ')
      case 'switch':
        return value ? '是' : '否'
      case 'instant':
        return instant(value as string)
      case 'company':
      case 'companies':
        return companyName(value as string)
      case 'regions':
        return placeName(value as string)
      case 'password':
        return '••••••'
      default:
        return typeof value === 'object' ? JSON.stringify(value) : (names.get(field.key)?.(String(value)) ?? String(value))
    }
  }

  return (field, value) => {
    if (value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)) return '（空）'
    if (field.words) return field.words(value as never)
    return Array.isArray(value) ? value.map((item) => one(field, item)).join('、') : one(field, value)
  }
}
