/** States of things that several families show, in words. */
import type { States } from '@/parts/declare'

export const companyStates: States = {
  code_sent: { text: '待验证邮箱', tone: 'plain' },
  pending_review: { text: '待审核', tone: 'wait' },
  need_info: { text: '待补充资料', tone: 'info' },
  active: { text: '合作中', tone: 'good' },
  rejected: { text: '已拒绝', tone: 'bad' },
  suspended: { text: '已暂停', tone: 'wait' },
  blocked: { text: '已封禁', tone: 'bad' },
  closed: { text: '已注销', tone: 'plain' },
}

export const orderStates: States = {
  pending_payment: { text: '待付款', tone: 'wait' },
  pending_review: { text: '待审核', tone: 'wait' },
  to_ship: { text: '待发货', tone: 'info' },
  part_shipped: { text: '部分发货', tone: 'info' },
  shipped: { text: '已发货', tone: 'info' },
  completed: { text: '已完成', tone: 'good' },
  closed: { text: '已关闭', tone: 'plain' },
}
