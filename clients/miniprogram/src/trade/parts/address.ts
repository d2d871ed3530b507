import type { Schemas } from '@/api'

/** "云南省 昆明市 五华区"; a municipality is named once. */
export function regionText({ province, city, district }: Schemas['AuthRegion']): string {
  return [province, city === province ? '' : city, district].filter(Boolean).join(' ')
}
