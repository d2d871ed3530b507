import type { Schemas } from '@/api'

/** "云南省 昆明市 五华区"; a municipality is named once. */
export function regionText({ province, city, district }: Schemas['AuthRegion']): string {
  return placeText([province, city, district].filter(Boolean).join(' '))
}

/** The same of a region that is a text already. */
export function placeText(region: string): string {
  return [...new Set(region.split(' '))].join(' ')
}
