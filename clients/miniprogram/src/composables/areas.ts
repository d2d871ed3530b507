/** Provinces, cities and districts: for the browser's picker, and to read pasted addresses. */
import { areaList } from '@vant/area-data'

const { province_list, city_list, county_list } = areaList

export interface Area {
  /** Six digits. */
  value: string
  label: string
}

/** What lies below an area, or all provinces. */
export function areas(code = ''): Area[] {
  const province = code.slice(0, 2)
  if (!code) return listed(province_list, '')
  if (code.endsWith('0000')) return listed(city_list, province)
  return code.endsWith('00') ? listed(county_list, code.slice(0, 4)) : []
}

const listed = (list: Record<string, string>, prefix: string) =>
  Object.entries(list)
    .filter(([code]) => code.startsWith(prefix))
    .map(([value, label]) => ({ value, label }))
