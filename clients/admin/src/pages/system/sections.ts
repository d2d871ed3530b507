/** The sections of the settings: what can be set in each, in which words. */
import type { Field } from '@/parts/declare'

export type Values = Record<string, unknown>
export interface Section {
  key: 'shop' | 'orders' | 'after-sales' | 'points' | 'referral' | 'retention' | 'payments' | 'notifications' | 'home'
  title: string
  hint: string
  fields: Field<Values>[]
}

export const SECTIONS: Section[] = [
  {
    key: 'shop',
    title: '店铺信息',
    hint: '显示在小程序首页、关于页和客服入口',
    fields: [
      { key: 'name', label: '店铺名称', required: true, max: 40 },
      { key: 'icon', label: '图标', kind: 'picture', subject: 'brands' },
      { key: 'intro', label: '介绍', kind: 'area', max: 2000 },
      { key: 'service_phone', label: '客服电话', max: 30 },
      { key: 'service_hours', label: '服务时间', max: 100, placeholder: '例如：工作日 9:00-18:00' },
      { key: 'privacy_version', label: '隐私政策版本', required: true, max: 20, help: '改动后，代理商下次登录须重新同意' },
    ],
  },
  {
    key: 'orders',
    title: '订单',
    hint: '对之后提交的订单生效',
    fields: [
      { key: 'freight_fen', label: '运费', kind: 'money', section: '金额' },
      { key: 'free_freight_from_fen', label: '满额免运费', kind: 'money', help: '留空表示不免' },
      { key: 'minimum_order_fen', label: '起订金额', kind: 'money' },
      { key: 'online_deadline_minutes', label: '在线付款时限', kind: 'integer', required: true, min: 5, max: 120, unit: '分钟', section: '时限' },
      { key: 'transfer_deadline_days', label: '对公转账时限', kind: 'integer', required: true, min: 1, max: 30, unit: '天' },
      { key: 'on_behalf_deadline_hours', label: '代客下单付款时限', kind: 'integer', required: true, min: 1, max: 168, unit: '小时' },
      { key: 'credit_days', label: '账期', kind: 'integer', required: true, min: 1, max: 180, unit: '天' },
      { key: 'receipt_days_after_signed', label: '签收后自动收货', kind: 'integer', required: true, min: 1, max: 60, unit: '天' },
      { key: 'receipt_days_after_shipped', label: '发货后自动收货', kind: 'integer', required: true, min: 1, max: 90, unit: '天', help: '没有签收信息时' },
      { key: 'review_from_fen', label: '审核金额', kind: 'money', section: '审核', help: '达到此金额的订单付款后先审核；留空表示不审核' },
      { key: 'review_tiers', label: '按等级审核', help: '不填的等级按上面的金额' },
      { key: 'review_first_order', label: '审核首单', kind: 'switch' },
      { key: 'review_repriced', label: '审核改价订单', kind: 'switch' },
      { key: 'stock_display', label: '库存显示', kind: 'choice', required: true, section: '展示', choices: [{ value: 'exact', label: '显示具体数量' }, { value: 'banded', label: '只显示充足或紧张' }] },
    ],
  },
  {
    key: 'after-sales',
    title: '售后',
    hint: '对之后提交的售后申请生效',
    fields: [
      { key: 'window_days', label: '可申请期限', kind: 'integer', required: true, max: 365, unit: '天，从收货起算' },
      { key: 'return_days', label: '退货期限', kind: 'integer', required: true, min: 1, max: 60, unit: '天内寄回' },
      { key: 'due_hours', label: '处理时限', kind: 'integer', required: true, min: 1, max: 720, unit: '小时' },
      { key: 'due_hours_by_tier', label: '按等级处理时限', help: '不填的等级按上面的时限' },
      { key: 'return_address', label: '退货地址', help: '同意退货后显示给代理商' },
    ],
  },
  {
    key: 'points',
    title: '积分',
    hint: '对之后发放的积分生效；每单发多少在积分规则里定',
    fields: [
      { key: 'activation', label: '何时生效', kind: 'choice', required: true, choices: [{ value: 'at_payment', label: '付款即生效' }, { value: 'after_completion', label: '订单完成后生效' }] },
      { key: 'activation_days', label: '完成后等待', kind: 'integer', required: true, max: 90, unit: '天', when: (form) => form.activation === 'after_completion' },
      { key: 'validity_months', label: '有效期', kind: 'integer', required: true, min: 1, max: 120, unit: '个月' },
      { key: 'reminder_days', label: '到期提醒', required: true, help: '到期前多少天各提醒一次，最多 5 次' },
      { key: 'grace_days', label: '退回宽限', kind: 'integer', required: true, max: 365, unit: '天', help: '退回的积分若已过期，再给这么多天' },
      { key: 'second_approval_from', label: '复核线', kind: 'integer', required: true, min: 1, max: 1_000_000_000, unit: '积分', help: '达到此数的人工调整须另一位同事批准' },
    ],
  },
  {
    key: 'referral',
    title: '邀请奖励',
    hint: '被邀请公司首个达标订单完成后，双方各得积分',
    fields: [
      { key: 'enabled', label: '启用', kind: 'switch' },
      { key: 'inviter_points', label: '邀请方得', kind: 'integer', required: true, max: 1_000_000, unit: '积分' },
      { key: 'invited_points', label: '被邀请方得', kind: 'integer', required: true, max: 1_000_000, unit: '积分' },
      { key: 'minimum_order_fen', label: '首单金额至少', kind: 'money', required: true },
      { key: 'most_per_month', label: '每月上限', kind: 'integer', required: true, min: 1, max: 1000, unit: '家' },
      { key: 'review_all', label: '全部审核', kind: 'switch', help: '否则只审核有风险提示的' },
    ],
  },
  {
    key: 'retention',
    title: '数据保留',
    hint: '超过期限的个人数据每晚自动清理；订单、收款和积分账目永久保留',
    fields: [
      { key: 'sign_in_days', label: '登录记录', kind: 'integer', required: true, min: 180, max: 1095, unit: '天', help: '法规要求至少 6 个月' },
      { key: 'operation_days', label: '操作记录', kind: 'integer', required: true, min: 180, max: 3650, unit: '天', help: '法规要求至少 6 个月' },
      { key: 'notification_days', label: '消息', kind: 'integer', required: true, min: 30, max: 1095, unit: '天' },
      { key: 'application_days', label: '未完成的申请', kind: 'integer', required: true, min: 30, max: 1095, unit: '天' },
      { key: 'cart_days', label: '无人改动的购物车', kind: 'integer', required: true, min: 30, max: 1095, unit: '天' },
    ],
  },
]
