import { ChatDotRound } from '@element-plus/icons-vue'
import type { Family } from '@/parts/declare'

export default {
  title: '消息',
  icon: ChatDotRound,
  order: 100,
  pages: [
    {
      path: 'feedback',
      title: '代理商反馈',
      permission: 'service',
      keep: true,
      component: () => import('./FeedbackQueue.vue'),
      children: [{ path: ':feedback_id', component: () => import('./Feedback.vue') }],
    },
    {
      path: 'notices',
      title: '群发通知',
      permission: 'messages',
      keep: true,
      component: () => import('./Notices.vue'),
      children: [
        { path: 'new', component: () => import('./NewNotice.vue') },
        { path: ':notice_id', component: () => import('./Notice.vue') },
      ],
    },
    { path: 'message-channels', title: '消息渠道', permission: 'messages', component: () => import('./Channels.vue') },
    { path: 'message-templates', title: '消息模板', permission: 'messages', component: () => import('./Templates.vue') },
  ],
} satisfies Family
