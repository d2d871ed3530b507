/** Operations and backups in words. */
import type { States } from '@/parts/declare'

export const operationResults: States = {
  done: { text: '成功', tone: 'good' },
  refused: { text: '被拒绝', tone: 'wait' },
  failed: { text: '失败', tone: 'bad' },
  unknown: { text: '结果不明', tone: 'bad' },
}

export const backupStates: States = {
  running: { text: '进行中', tone: 'wait' },
  complete: { text: '已完成', tone: 'good' },
}

export const drillResults: States = {
  running: { text: '进行中', tone: 'wait' },
  passed: { text: '全部一致', tone: 'good' },
  failed: { text: '有差异', tone: 'bad' },
}

export const differences: Record<string, string> = {
  file_missing: '备份文件缺失',
  file_damaged: '备份文件损坏',
  item_missing: '数据缺失',
  item_different: '数据不一致',
  count_different: '数量不一致',
  manifest_damaged: '清单损坏',
}

/** What operations are about. */
export const objects: Record<string, string> = {
  adjustment: '积分调整', after_sale: '售后', agent: '代理商', backup: '备份', banner: '轮播图', brand: '品牌', campaign: '积分活动', category: '分类', code: '等级', feedback: '反馈', gift: '礼品', group: '分类',
  kind: '支付方式', list: '价格表', notice: '通知', order: '订单', payment: '收款', policy: '订单处理规则', product: '商品', promotion: '促销', quota: '优先供货', redemption: '兑换', refund: '退款', review: '评价', role: '角色',
  segment: '分群', shipment: '包裹', sku: '规格', staff: '员工', support: '扶持计划', tag: '标签', template: '优惠券', tier: '等级', user: '用户',
}

export function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return '空'
  if (typeof value === 'boolean') return value ? '是' : '否'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB']
  const step = Math.min(units.length - 1, bytes ? Math.floor(Math.log2(bytes) / 10) : 0)
  return `${Number((bytes / 1024 ** step).toFixed(1))} ${units[step]}`
}
