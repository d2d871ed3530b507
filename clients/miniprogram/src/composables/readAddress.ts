/** An address out of pasted text, as people send it in chats: name, phone, region and street in any order. */
import type { Schemas } from '@/api'
import { areas, type Area } from './areas'

type Region = Schemas['AuthRegion']

/** What could be read; what could not is left out. */
export interface ReadAddress {
  contact_name?: string
  phone?: string
  region?: Region
  text?: string
}

const LABELS = /(收货人|收件人|联系人|姓名|手机号码?|联系电话|电话|所在地区|所在区域|地区|详细地址|收货地址|地址|邮编)\s*[:：]?/g
const PHONE = /(?:\+?86[-\s]?)?(1[3-9]\d)[-\s]?(\d{4})[-\s]?(\d{4})(?!\d)|(0\d{2,3}-?\d{7,8})(?!\d)/
const ENDINGS = /(省|市|特别行政区|(?:壮族|回族|维吾尔)?自治区|自治州|地区|盟)$/
const NAME = /^[\u4e00-\u9fa5·]{2,4}(先生|女士|经理|老板|总)?$/
const STREET = /[路街巷号楼栋室村镇乡座层园厂区道]/

export function readAddress(pasted: string): ReadAddress {
  const phone = PHONE.exec(pasted)
  const rest = (phone ? pasted.replace(phone[0], ' ') : pasted).replace(LABELS, ' ')
  const words = rest.split(/[\s,，;；。、|/]+/).filter(Boolean)
  const found: ReadAddress = {}
  if (phone) found.phone = phone[4] ?? phone[1] + phone[2] + phone[3]

  const start = words.findIndex((word) => regionOf(word) !== null)
  const isName = (word: string) => NAME.test(word) && !STREET.test(word) && !regionOf(word)
  const name = words.findIndex((word, place) => place !== start && isName(word))
  if (name >= 0) found.contact_name = words[name]

  const street = words.filter((_, place) => place !== name && (start < 0 || place >= start)).join('')
  const read = regionOf(street)
  if (read) found.region = read.region
  const text = read ? read.rest : street
  if (text) found.text = text
  return found
}

interface Read {
  region: Region
  /** What follows the region. */
  rest: string
}

/** The region a text begins with; null when there is no city in it. */
function regionOf(text: string): Read | null {
  const province = beginning(text, areas())
  const afterProvince = province ? province.rest : text
  const cities = province ? areas(province.area.value) : areas().flatMap(({ value }) => areas(value))
  const city = beginning(afterProvince, cities) ?? onlyCity(province, cities)
  if (!city) return null
  const district = beginning(city.rest, areas(city.area.value))
  const above = province?.area ?? areas().find(({ value }) => value.slice(0, 2) === city.area.value.slice(0, 2))!
  return {
    region: {
      province: above.label,
      province_code: above.value,
      city: city.area.label,
      city_code: city.area.value,
      district: district?.area.label ?? null,
      district_code: district?.area.value ?? null,
    },
    rest: district?.rest ?? city.rest,
  }
}

interface Beginning {
  area: Area
  rest: string
}

/** "北京 朝阳区": a municipality is its own city. */
function onlyCity(province: Beginning | null, cities: Area[]): Beginning | null {
  return province && /市$/.test(province.area.label) ? { area: cities[0], rest: province.rest } : null
}

/** The area whose name, whole or without its ending, a text begins with; the longest wins. */
function beginning(text: string, choices: Area[]): Beginning | null {
  let best: { area: Area; length: number } | null = null
  for (const area of choices) {
    const short = area.label.replace(ENDINGS, '')
    const name = [area.label, short].find((one) => one.length > 1 && text.startsWith(one))
    if (name && name.length > (best?.length ?? 0)) best = { area, length: name.length }
  }
  return best && { area: best.area, rest: text.slice(best.length) }
}
