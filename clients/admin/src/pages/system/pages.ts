import { Setting } from '@element-plus/icons-vue'
import type { Family } from '@/parts/declare'

export default {
  title: '系统',
  icon: Setting,
  order: 110,
  pages: [
    { path: 'staff', title: '员工', permission: 'staff', keep: true, component: () => import('./Staff.vue') },
    { path: 'roles', title: '角色权限', permission: 'staff', component: () => import('./Roles.vue') },
    {
      path: 'operations',
      title: '操作日志',
      permission: 'audit',
      keep: true,
      component: () => import('./Operations.vue'),
      children: [{ path: ':operation_id', component: () => import('./Operation.vue') }],
    },
    { path: 'sign-ins', title: '登录日志', permission: 'audit', keep: true, component: () => import('./SignIns.vue') },
    { path: 'settings/payments', title: '支付方式', permission: 'settings', component: () => import('./PaymentMethods.vue') },
    { path: 'settings', title: '业务设置', permission: 'settings', component: () => import('./Settings.vue') },
    { path: 'settings/:section', title: '分类设置', permission: 'settings', under: 'settings', component: () => import('./Settings.vue') },
    {
      path: 'backups',
      title: '备份与恢复',
      permission: 'settings',
      keep: true,
      component: () => import('./Backups.vue'),
      children: [{ path: ':backup_id', component: () => import('./Backup.vue') }],
    },
    { path: 'books', title: '账目核对', permission: 'reports', component: () => import('./Books.vue') },
    { path: 'retention', title: '数据保留', permission: 'settings', keep: true, component: () => import('./Retention.vue') },
  ],
} satisfies Family
