/** The values of a section as people read them. */
import { yuan } from '@/parts/format'
import { tiers, useChoices } from '@/parts/lookup'
import type { Section, Values } from './sections'
import { shown } from './words'

export function useSectionWords(section: Section): (key: string, value: unknown) => string {
  const { labelOf } = useChoices(tiers)

  function tierWords({ tier, from_fen: fen, hours }: Values): string {
    const limit = hours !== undefined ? `${String(hours)} 小时` : fen === null ? '从不审核' : `¥${yuan(Number(fen))}`
    return `${labelOf(String(tier))} ${limit}`
  }

  return (key, value) => {
    const field = section.fields.find((one) => one.key === key)
    if (value === null || value === undefined || value === '') return '空'
    if (field?.kind === 'money') return `¥${yuan(value as number)}`
    if (Array.isArray(field?.choices)) return field.choices.find((one) => one.value === value)?.label ?? String(value)
    if (Array.isArray(value)) return value.map((one) => (typeof one === 'object' ? tierWords(one as Values) : String(one))).join('、') || '空'
    if (typeof value === 'object') return Object.values(value).join(' ')
    return `${shown(value)}${field?.unit ? ` ${field.unit}` : ''}`
  }
}
