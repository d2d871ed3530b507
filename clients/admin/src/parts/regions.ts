/** Provinces, cities and districts with their codes; loaded when first needed. */
import { shallowRef } from 'vue'
import type { Schemas } from '@/api/client'

export interface Place {
  value: string
  label: string
  children?: Place[]
  [more: string]: unknown
}

let found: Promise<Place[]> | null = null

export function places(): Promise<Place[]> {
  found ??= import('@vant/area-data').then(({ areaList }) => {
    const within = (list: Record<string, string>, prefix: string) =>
      Object.entries(list)
        .filter(([code]) => code.startsWith(prefix))
        .map(([code, name]) => ({ code, name }))
    return within(areaList.province_list, '').map((province) => ({
      value: province.code,
      label: province.name,
      children: within(areaList.city_list, province.code.slice(0, 2)).map((city) => ({
        value: city.code,
        label: city.name,
        children: within(areaList.county_list, city.code.slice(0, 4)).map((one) => ({ value: one.code, label: one.name })),
      })),
    }))
  })
  return found
}

/** The way to a code: the place and what it lies in, the province first. */
export function pathTo(list: Place[], code: string): Place[] {
  for (const place of list) {
    if (place.value === code) return [place]
    const below = pathTo(place.children ?? [], code)
    if (below.length) return [place, ...below]
  }
  return []
}

/** What the places of codes are called, without what they lie in; the code itself while that is on its way. */
export function usePlaceNames(): (code: string) => string {
  const country = shallowRef<Place[]>([])
  void places().then((list) => (country.value = list))
  return (code) => pathTo(country.value, code).at(-1)?.label ?? code
}

export function regionOf(path: Place[]): Schemas['AuthRegion'] | null {
  const [province, city, district] = path
  if (!province || !city) return null
  return {
    province_code: province.value,
    province: province.label,
    city_code: city.value,
    city: city.label,
    district_code: district?.value ?? null,
    district: district?.label ?? null,
  }
}

export function regionText(region: Schemas['AuthRegion'] | null | undefined): string {
  return region ? [region.province, region.city, region.district].filter(Boolean).join(' ') : '—'
}
