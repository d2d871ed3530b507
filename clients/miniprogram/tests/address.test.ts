import { describe, expect, it } from 'vitest'
import { readAddress } from '@/composables/readAddress'

describe('a pasted address', () => {
  it.each([
    ['李娜 13800000001 云南省昆明市五华区翠湖南路21号', '昆明市', '五华区', '翠湖南路21号'],
    ['云南省昆明市五华区翠湖南路21号，李娜，13800000001', '昆明市', '五华区', '翠湖南路21号'],
    ['收货人：李娜\n手机号码：138 0000 0001\n所在地区：云南省 昆明市 五华区\n详细地址：翠湖南路21号', '昆明市', '五华区', '翠湖南路21号'],
    ['昆明市五华区翠湖南路21号 李娜 +86 138-0000-0001', '昆明市', '五华区', '翠湖南路21号'],
    ['李娜 13800000001 北京市朝阳区建国路 8 号', '北京市', '朝阳区', '建国路8号'],
    ['李娜，13800000001，广东深圳南山区科技园 3 栋 502 室', '深圳市', '南山区', '科技园3栋502室'],
    ['李娜 13800000001 云南大理白族自治州大理市古城路 9 号', '大理白族自治州', '大理市', '古城路9号'],
  ])('%s', (pasted, city, district, text) => {
    const found = readAddress(pasted)
    expect([found.contact_name, found.phone]).toEqual(['李娜', '13800000001'])
    expect([found.region?.city, found.region?.district, found.text]).toEqual([city, district, text])
  })

  it('knows the codes of a region', () =>
    expect(readAddress('云南省昆明市五华区翠湖南路21号').region).toMatchObject({
      province_code: '530000',
      city_code: '530100',
      district_code: '530102',
    }))

  it('reads a landline', () => expect(readAddress('0871-65166688 昆明市盘龙区北京路1号').phone).toBe('0871-65166688'))

  it('leaves out what is not there', () => expect(readAddress('翠湖南路21号')).toEqual({ text: '翠湖南路21号' }))
})
