/** What staff did, in words: from `PATCH /products/{product_id}` to 「修改商品」. */

const VERBS: Record<string, string> = { POST: '新增', PUT: '修改', PATCH: '修改', DELETE: '删除' }

/** The thing an address begins with. */
const THINGS: Record<string, string> = {
  'after-sales': '售后', agents: '代理商', applications: '入驻申请', backups: '备份', brands: '品牌', categories: '分类', coupons: '优惠券',
  credits: '账期', feedback: '反馈', gifts: '礼品', insights: '数据', notices: '群发通知', 'notification-matrix': '消息渠道', operations: '操作日志',
  orders: '订单', 'payment-methods': '支付方式', payments: '收款', points: '积分', policies: '订单处理规则', 'price-lists': '价格表', products: '商品',
  promotions: '促销', quotas: '优先供货', redemptions: '兑换', referrals: '邀请奖励', reconciliations: '对账', refunds: '退款', replenishment: '补货',
  reviews: '评价', roles: '角色', 'second-factor': '两步验证', segments: '分群', sessions: '登录', settings: '设置', shelves: '货架', shipments: '发货',
  staff: '员工', statistics: '统计', stock: '库存', supports: '扶持', tags: '标签', templates: '消息模板', tiers: '等级', transfers: '对公转账',
  uploads: '图片', quotes: '报价', password: '密码',
}

/** What was done with it, as the address ends. */
const STEPS: Record<string, string> = {
  adjustments: '调整', answer: '回复', approval: '批准', approvals: '批量批准', archive: '归档', arrivals: '登记到货计划', assumptions: '修改计算依据',
  campaigns: '新增活动', cancellation: '取消', closure: '关闭', codes: '导入卡密', confirmation: '确认', credentials: '更换凭据', credit: '调整信用额度',
  dispute: '登记争议', end: '结束', entries: '修改明细', export: '导出', import: '导入', 'information-request': '要求补充资料', issue: '发放', issues: '发放',
  note: '修改备注', notes: '添加备注', password: '重置密码', pause: '暂停', preview: '试算', price: '改价', prints: '打印', publication: '发布',
  promotions: '限时降价', rebuilds: '重新统计', receipt: '收货', receipts: '到货入库', 'recovery-codes': '更换恢复码', refund: '退款', refunds: '退款',
  rejection: '拒绝', removal: '停用', reply: '回复', resolution: '处理', 'restore-drill': '恢复演练', resumption: '恢复', retry: '重试', return: '退回',
  rules: '制定规则', 'second-factor': '解除两步验证', settlement: '结清', shipment: '发货', shipments: '发货', state: '变更状态', stock: '调整库存',
  test: '测试连接', threshold: '修改预警线', tier: '调整等级', withdrawal: '下架',
}

const SECTIONS: Record<string, string> = { shop: '店铺信息', orders: '订单', 'after-sales': '售后', points: '积分', referral: '邀请奖励', retention: '数据保留', payments: '支付方式', notifications: '消息', home: '首页' }

/** Rows that changed, by whose they are: `changed catalog PRODUCT#…`. */
const CHANGES: Record<string, string> = { added: '新增', changed: '修改', removed: '删除' }
const BOOKS: Record<string, string> = { admin: '员工与角色', agents: '代理商', auth: '账号', carts: '购物车', catalog: '商品', gifts: '礼品', inventory: '库存', notifications: '消息', orders: '订单', payments: '收款', points: '积分', pricing: '价格', settings: '设置' }

/** Other texts, and addresses nobody has named, are shown as they are. */
export function operationWords(action: string): string {
  const [verb = '', path = ''] = action.split(' ')
  if (CHANGES[verb] && BOOKS[path]) return `${CHANGES[verb]}${BOOKS[path]}数据`
  const [root, ...parts] = path.split('/').filter((part) => part && part !== 'admin')
  const thing = root && THINGS[root]
  if (!path.startsWith('/') || !thing) return action
  if (root === 'settings') return `修改${SECTIONS[parts[0] ?? ''] ?? ''}设置`
  const last = parts.filter((part) => !part.startsWith('{')).at(-1)
  if (!last) return `${VERBS[verb] ?? verb}${thing}`
  return STEPS[last] ? `${thing}：${STEPS[last]}` : action
}
