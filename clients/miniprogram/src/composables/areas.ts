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

/** The province, city and district a code stands for; null when there is no such place. */
export function regionOf(code: string) {
  const province_code = `${code.slice(0, 2)}0000`
  const city_code = `${code.slice(0, 4)}00`
  const province = province_list[province_code]
  const city = city_list[city_code]
  const district = county_list[code] ?? null
  return province && city ? { province_code, province, city_code, city, district_code: district && code, district } : null
}

const listed = (list: Record<string, string>, prefix: string) =>
  Object.entries(list)
    .filter(([code]) => code.startsWith(prefix))
    .map(([value, label]) => ({ value, label }))
