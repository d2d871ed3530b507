/** All families of pages, in the order of the menu; each says who may open it. */
import type { Family, PageEntry } from '@/parts/declare'
import { may } from '@/session'

const found = import.meta.glob<Family>('../pages/*/pages.ts', { eager: true, import: 'default' })

export const families: Family[] = Object.values(found).sort((one, other) => one.order - other.order)

/** What the menu and the command box show to the person who is signed in. */
export function openFamilies(): { family: Family; pages: PageEntry[] }[] {
  return families
    .map((family) => ({ family, pages: family.pages.filter((page) => !page.under && may(page.permission)) }))
    .filter(({ pages }) => pages.length)
}

export function firstPage(): string {
  return `/${openFamilies()[0]?.pages[0]?.path ?? 'account'}`
}
