/** What became of a reward for inviting, and why it waits, in words. */
import type { Schemas } from '@/api/client'
import type { States } from '@/parts/declare'

export const referralStates: States = {
  held: { text: '待审核', tone: 'wait' },
  waiting: { text: '等待首单', tone: 'info' },
  rewarded: { text: '已发放', tone: 'good' },
  refused: { text: '未发放', tone: 'bad' },
  revoked: { text: '已收回', tone: 'plain' },
}

export const REASONS: Record<Schemas['AgentsReferralCard']['reasons'][number], string> = {
  same_person: '同一联系人',
  same_company: '同一公司',
  ring: '互相邀请',
  inviter_inactive: '邀请方已停用',
  invited_inactive: '被邀请方已停用',
  monthly_limit: '超过每月上限',
  refunded: '首单已退款',
  same_address: '同一收货地址',
  same_phone_prefix: '手机号相近',
  same_device: '同一设备',
  same_ip: '同一网络',
  every_reward_is_reviewed: '全部审核',
  by_staff: '人工决定',
}
