/** What brands and tags have in common. */
import type { Schemas } from '@/api/client'

export type Group = Schemas['CatalogGroupView']

export interface GroupForm {
  name: string
  position: number
  image: string
  intro: string
}

export function groupForm(group: Group | null): GroupForm {
  return { name: group?.name ?? '', position: group?.position ?? 0, image: group?.image ?? '', intro: group?.intro ?? '' }
}

/** Nothing that products belong to can be removed. */
export const isUnused = (group: Group): boolean => group.products === 0
