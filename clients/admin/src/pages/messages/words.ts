/** Notices, feedback and kinds of messages in words. */
import type { States } from '@/parts/declare'

export const noticeStates: States = {
  scheduled: { text: '待发送', tone: 'info' },
  sending: { text: '发送中', tone: 'wait' },
  sent: { text: '已发送', tone: 'good' },
  cancelled: { text: '已取消', tone: 'plain' },
}

export const feedbackStates: States = {
  open: { text: '待回复', tone: 'wait' },
  answered: { text: '已回复', tone: 'good' },
  closed: { text: '已关闭', tone: 'plain' },
}

export const ABOUT = { product: '商品', order: '订单', general: '其他' } as const
export const CHANNELS = { wechat: '微信', email: '邮件', sms: '短信' } as const
export const CATEGORIES: Record<string, string> = { order: '订单', points: '积分', gift: '礼品', product: '商品', news: '通知', account: '账户' }
