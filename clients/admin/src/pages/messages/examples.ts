/** What the fields of a message may hold, to show how it will read. */
const EXAMPLES: Record<string, string> = {
  amount_yuan: '1,280.00',
  answer: '您好，新包装本周五起发货。',
  available: '8',
  carrier_name: '顺丰速运',
  code: '583920',
  company_name: '大理苍山商贸有限公司',
  days: '7',
  expired_on: '2026-11-30',
  expires_on: '2026-11-30',
  gift_name: '保温杯礼盒',
  kind_text: '退货退款',
  new_state: '合作中',
  next_text: '我们会尽快发货。',
  order_no: '261122000187',
  paid_yuan: '1,280.00',
  points: '120',
  product_name: '漾濞薄皮核桃',
  reason: '营业执照照片不清晰',
  received_yuan: '1,200.00',
  text: '春节期间照常发货。',
  threshold: '20',
  title: '春节发货安排',
  total_after_yuan: '1,180.00',
  total_before_yuan: '1,280.00',
  total_yuan: '1,280.00',
  tracking_no: 'SF1234567890',
  what: '漾濞薄皮核桃',
  why: '已到货',
}

export function exampleOf(text: string): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => EXAMPLES[name] ?? whole)
}
