/** Methods of forecasting and kinds of customers in words. */
import type { States } from '@/parts/declare'

export const METHODS: Record<string, string> = { naive: '沿用上期', seasonal: '去年同期', mean: '平均', smoothing: '指数平滑', croston: '间断需求', tsb: '间断需求（TSB）' }

/** What a company's promise is made of. */
export const PARTS: Record<string, string> = { growth: '采购增长', frequency: '下单频次', share: '区域份额', punctuality: '按时付款', keeping: '少退货' }

export const segments: States = {
  champion: { text: '重要价值客户', tone: 'good' },
  potential: { text: '重要发展客户', tone: 'good' },
  loyal_lapsing: { text: '重要保持客户', tone: 'wait' },
  win_back: { text: '重要挽留客户', tone: 'bad' },
  regular: { text: '一般价值客户', tone: 'info' },
  newcomer: { text: '一般发展客户', tone: 'info' },
  regular_lapsing: { text: '一般保持客户', tone: 'wait' },
  lost: { text: '一般挽留客户', tone: 'plain' },
}

export function percent(bps: number | null | undefined): string {
  return bps === null || bps === undefined ? '—' : `${Number((bps / 100).toFixed(1))}%`
}

/** Reports of a period, and lists made at night, as files are called. */
export const REPORTS = { sales: '每日销售', products: '商品销售', agents: '代理商销售', regions: '省份销售', cities: '城市销售', tiers: '等级销售' }
export const LISTS = { replenishment: '补货建议', overstock: '库存过多', 'slow-movers': '滞销商品', forecasts: '销量预测', agents: '客户分层' }
export type Report = keyof typeof REPORTS
export type Listed = keyof typeof LISTS
