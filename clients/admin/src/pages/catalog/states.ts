/** States of products and reviews, and the groups products belong to. */
import { api } from '@/api/client'
import type { Choice, States } from '@/parts/declare'
import type { Group } from './groups'

export const productStates: States = {
  draft: { text: '草稿', tone: 'plain' },
  on_sale: { text: '在售', tone: 'good' },
  off_sale: { text: '已下架', tone: 'wait' },
  archived: { text: '已归档', tone: 'plain' },
}

export const reviewStates: States = {
  visible: { text: '显示中', tone: 'good' },
  hidden: { text: '已隐藏', tone: 'bad' },
}

const choicesOf = (groups: Group[]): Choice[] => groups.map((one) => ({ value: one.group_id, label: one.name }))

export const brandChoices = async (): Promise<Choice[]> => choicesOf((await api.get('/admin/brands')).items)
export const tagChoices = async (): Promise<Choice[]> => choicesOf((await api.get('/admin/tags')).items)

export interface Branch {
  value: string
  label: string
  group: Group
  children?: Branch[]
}

/** Categories below their parents, by position. */
export function treeOf(groups: Group[], parent: string | null = null): Branch[] {
  return groups
    .filter((one) => (one.parent_id ?? null) === parent)
    .sort((one, other) => one.position - other.position)
    .map((group) => {
      const children = treeOf(groups, group.group_id)
      return { value: group.group_id, label: group.name, group, ...(children.length ? { children } : {}) }
    })
}

/** "茶叶 / 绿茶" for each category, in the order of the tree. */
export async function categoryChoices(): Promise<Choice[]> {
  const walk = (branches: Branch[], above: string): Choice[] =>
    branches.flatMap(({ value, label, children }) => [{ value, label: above + label }, ...walk(children ?? [], `${above}${label} / `)])
  return walk(treeOf((await api.get('/admin/categories')).items), '')
}
