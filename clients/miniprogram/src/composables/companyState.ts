import type { Schemas } from '@/api'

export type CompanyState = Schemas['AgentsCompany']['state']

interface Words {
  title: string
  text: string
}

/** What each state of an application or company means to its people. */
export const COMPANY_STATES: Record<CompanyState, Words> = {
  code_sent: { title: '等待邮箱验证', text: '请输入邮件中的验证码' },
  pending_review: { title: '资料审核中', text: '通常 1 个工作日内完成，结果会通知您' },
  need_info: { title: '需要补充资料', text: '请按说明补充后重新提交' },
  active: { title: '合作中', text: '可以查看经销价并下单' },
  rejected: { title: '申请未通过', text: '可以修改资料后重新申请' },
  suspended: { title: '合作已暂停', text: '可以查看订单，暂时不能下单' },
  blocked: { title: '账号已封禁', text: '如有疑问请联系客服' },
  closed: { title: '账号已注销', text: '' },
}
