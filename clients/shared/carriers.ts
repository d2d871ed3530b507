/** Carriers the shop can ship with and follow, by its code. */
export const CARRIERS: Record<string, string> = {
  sf: '顺丰速运',
  zto: '中通快递',
  yto: '圆通速递',
  yunda: '韵达快递',
  sto: '申通快递',
  jd: '京东物流',
  ems: '邮政 EMS',
  jt: '极兔速递',
  deppon: '德邦快递',
  ane: '安能物流',
}
