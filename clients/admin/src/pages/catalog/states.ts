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

/** What to write when a category is dropped beside another or into it: places that changed, and its own parent. */
export function placesAfterDrop(groups: Group[], mine: Group, there: Group, place: 'before' | 'after' | 'inner') {
  const parent = place === 'inner' ? there.group_id : (there.parent_id ?? null)
  const beside = groups
    .filter((one) => (one.parent_id ?? null) === parent && one.group_id !== mine.group_id)
    .sort((one, other) => one.position - other.position)
  const at = beside.findIndex((one) => one.group_id === there.group_id)
  beside.splice(place === 'inner' ? beside.length : place === 'before' ? at : at + 1, 0, mine)
  const isElsewhere = parent !== (mine.parent_id ?? null)
  return beside.flatMap((group, position) => {
    if (group.group_id === mine.group_id) return isElsewhere || group.position !== position ? [{ group, position, parent_id: parent ?? '' }] : []
    return group.position === position ? [] : [{ group, position }]
  })
}

/** "茶叶 / 绿茶" for each category, in the order of the tree. */
export async function categoryChoices(): Promise<Choice[]> {
  const walk = (branches: Branch[], above: string): Choice[] =>
    branches.flatMap(({ value, label, children }) => [{ value, label: above + label }, ...walk(children ?? [], `${above}${label} / `)])
  return walk(treeOf((await api.get('/admin/categories')).items), '')
}
