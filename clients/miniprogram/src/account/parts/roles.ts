import type { Schemas } from '@/api'

export type Role = Schemas['AgentsUserView']['role']

/** What each role is called, and what it is for. */
export const ROLES: Record<Role, { name: string; text: string }> = {
  owner: { name: '负责人', text: '下单、付款、兑换积分，管理企业资料与子账号' },
  buyer: { name: '采购', text: '下单与付款' },
  finance: { name: '财务', text: '只付款与对账' },
}
