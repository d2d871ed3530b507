/** Fields that changed and their values in words: from `base_price_fen` 3980 to 「原价」 ¥39.80. */
import { instant, yuan } from './format'

const FIELDS: Record<string, string> = {
  action: '操作', active: '启用', actor: '操作人', address: '地址', agent_id: '代理商', agent_ids: '指定公司', alert: '预警', amount_fen: '金额', answer: '回复', approved_at: '通过时间',
  audience: '适用对象', auto_approve_up_to_fen: '免审上限', available: '可售', bank_reference: '银行流水号', barcode: '条码', base_price_fen: '原价', brand_id: '品牌',
  budget: '预算', carrier: '物流', category: '分类', category_id: '分类', category_path: '分类', change: '变动', changed_at: '修改时间', changed_by: '修改人', channels: '渠道',
  closed_at: '关闭时间', closed_reason: '关闭原因', code: '货号', company_name: '公司名称', confirmed_at: '确认时间', confirmed_by: '确认人', contact_name: '联系人', content: '内容', cost_fen: '成本',
  created_at: '创建时间', created_by: '创建人', credit_code: '统一社会信用代码', credit_limit_fen: '信用额度', decided_at: '决定时间', decided_by: '决定人', delivery_window: '收货时段',
  description: '详情', discount: '优惠', discount_fen: '优惠金额', email: '邮箱', enabled: '启用', ends_at: '结束时间', entries: '明细', expected_on: '预计到货', expires_at: '到期时间',
  finished_at: '完成时间', freight_fen: '运费', goods_fen: '商品金额', held: '专供保留', hidden: '隐藏', icon: '图标', image: '图片', images: '图片', inbound: '在途', intro: '介绍',
  is_active: '启用', issued: '已发放', kind: '类型', label: '标签', lines: '明细', low_stock_at: '预警线', members: '成员', minimum: '起订量', multiple: '订购倍数', name: '名称', note: '备注',
  not_sold_in: '不销售地区', off_bps: '折扣', off_fen: '减免', on_hand: '在库', on_sale: '在售', open: '未处理', order_no: '订单号', paid_at: '付款时间', paid_fen: '已付',
  parent_id: '上级', permissions: '权限', phone: '手机', pieces: '数量', pinned: '置顶', points: '积分', points_eligible: '参与积分', policy: '处理规则', position: '排序', price_fen: '价格',
  price_revision: '价格版本', prices: '价格', priority: '优先级', products: '商品', published_at: '上架时间', purchase_order_required: '须填采购单号', quantity: '数量', quota: '总量', rank: '高低',
  reason: '原因', received_fen: '实收', refund_state: '退款状态', refunded_fen: '已退', region: '地区', region_code: '地区', regions: '地区', reply: '回复', reserved: '订单占用', result: '结果', role: '角色',
  salesperson_id: '业务员', scope: '适用商品', segments: '分群', shipments: '发货', sku_id: '规格', skus: '规格', sold_in: '销售地区', spec_names: '规格项', starts_at: '开始时间',
  state: '状态', state_since: '状态时间', state_sort: '状态排序', stock: '库存', subtitle: '副标题', switches: '开关', tag_ids: '标签', tags: '标签', terms: '内容', text: '内容', threshold: '预警线',
  tier: '等级', tiers: '等级', title: '标题', total_fen: '合计', total_before_fen: '改价前', total_after_fen: '改价后', tracking_no: '快递单号', unit: '单位', units: '件数', units_per_carton: '每箱件数', updated_at: '修改时间', value: '内容', values: '规格值',
  version: '版本', voucher: '凭证', window: '有效期', spending_limit_fen: '采购限额', second_factor: '两步验证', must_change_password: '须改密码', password_hash: '密码',
}

/** Levels of a document that say nothing by themselves. */
const SILENT = new Set(['document', 'terms', 'value', 'company', 'content'])
const STATES: Record<string, string> = {
  draft: '草稿', published: '已发布', paused: '已暂停', ended: '已结束', on_sale: '在售', off_sale: '已下架', archived: '已归档', active: '启用', stopped: '已停用', suspended: '已暂停', blocked: '已封禁', closed: '已关闭',
  code_sent: '待验证邮箱', need_info: '待补充资料', pending: '待处理', pending_payment: '待付款', pending_review: '待审核', to_ship: '待发货', part_shipped: '部分发货', shipped: '已发货', completed: '已完成', approved: '已批准', rejected: '已拒绝',
  voucher_submitted: '待核对', mismatched: '金额不符', confirmed: '已确认', awaiting: '待转账', succeeded: '成功', refunded: '已退款', refunding: '退款中', open: '待处理', answered: '已回复', cancelled: '已取消', visible: '显示', hidden: '隐藏', held: '待审核', rewarded: '已发放', refused: '未发放',
}

/** The words for a path such as `audience.tiers`; a path nobody has named stays as it is. */
export function fieldWords(path: string): string {
  const parts = path.split('.').filter((part) => !SILENT.has(part))
  const words = parts.map((part) => FIELDS[part])
  return words.length && words.every(Boolean) ? words.join(' · ') : path
}

/** A value as people read it, by the name of its field. */
export function valueWords(path: string, value: unknown): string {
  const name = path.split('.').at(-1) ?? path
  if (value === null || value === undefined || value === '') return '空'
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (typeof value === 'number' && name.endsWith('_fen')) return `¥${yuan(value)}`
  if (typeof value === 'number' && name.endsWith('_bps')) return `${value / 100}%`
  if (typeof value === 'string' && /_(at|since)$/.test(name) && !Number.isNaN(Date.parse(value))) return instant(value)
  if (typeof value === 'string' && /^(state|phase)$/.test(name)) return STATES[value] ?? value
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join('、') || '空'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export interface ChangeLine {
  /** The name of the field as it is kept. */
  path: string
  label: string
  before: string
  after: string
}

/** What the books keep for themselves; it changes with everything and says nothing. */
const OWN = /^(version|offer_version|price_revision|fingerprint|list_key|list_sort|state_sort|tab_key|updated_at|changed_at|changed_by|written_by|movements|sequence|progress|due_kind|due_at)$/

/** Every field that changed, in words; of lists of things only the things that differ, field by field. */
export function changeLines(fields: Record<string, [unknown, unknown]>): ChangeLine[] {
  return Object.entries(fields).flatMap(([path, [before, after]]) => {
    if (OWN.test(path.split('.').at(-1)!)) return []
    const [old, now] = [thingsOf(before), thingsOf(after)]
    if (!old || !now) return [line(path, fieldWords(path), before, after)]
    return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => thingLines(path, key, old.get(key) ?? {}, now.get(key) ?? {}))
  })
}

type Thing = Record<string, unknown>

/** Things by what they are known as; nothing when the value is no list of things. */
function thingsOf(value: unknown): Map<string, Thing> | null {
  if (value === null || value === undefined) return new Map()
  if (!Array.isArray(value) || !value.every((one) => one && typeof one === 'object' && !Array.isArray(one))) return null
  return new Map((value as Thing[]).map((one, at) => [String(one.code ?? one.sku_id ?? one.kind ?? one.name ?? at + 1), one]))
}

function thingLines(path: string, key: string, old: Thing, now: Thing): ChangeLine[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((name) => !OWN.test(name) && JSON.stringify(old[name] ?? null) !== JSON.stringify(now[name] ?? null))
    .map((name) => line(`${path}.${name}`, `${fieldWords(path)} ${key} · ${fieldWords(name)}`, old[name], now[name]))
}

const line = (path: string, label: string, before: unknown, after: unknown): ChangeLine => ({ path, label, before: valueWords(path, before), after: valueWords(path, after) })
