/** Operations and backups in words. */
import type { States } from '@/parts/declare'

export const operationResults: States = {
  done: { text: '成功', tone: 'good' },
  refused: { text: '被拒绝', tone: 'wait' },
  failed: { text: '失败', tone: 'bad' },
  unknown: { text: '结果不明', tone: 'bad' },
}

export const backupStates: States = {
  running: { text: '进行中', tone: 'wait' },
  complete: { text: '已完成', tone: 'good' },
}

export const drillResults: States = {
  running: { text: '进行中', tone: 'wait' },
  passed: { text: '全部一致', tone: 'good' },
  failed: { text: '有差异', tone: 'bad' },
}

export const differences: Record<string, string> = {
  file_missing: '备份文件缺失',
  file_damaged: '备份文件损坏',
  item_missing: '数据缺失',
  item_different: '数据不一致',
  count_different: '数量不一致',
  manifest_damaged: '清单损坏',
}

export function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return '空'
  if (typeof value === 'boolean') return value ? '是' : '否'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB']
  const step = Math.min(units.length - 1, bytes ? Math.floor(Math.log2(bytes) / 10) : 0)
  return `${Number((bytes / 1024 ** step).toFixed(1))} ${units[step]}`
}
