/** What a chart shows, and how ECharts is told so. */
import type { EChartsCoreOption } from 'echarts/core'
import { number, yuan } from './format'

export interface Series {
  name: string
  /** Null where there is nothing to be shown. */
  values: (number | null)[]
  /** The period it is compared with: drawn behind, dashed. */
  isPrevious?: boolean
}
export interface ChartData {
  kind: 'line' | 'bar' | 'ranking' | 'share'
  /** One per value: days, names. */
  labels: string[]
  series: Series[]
  /** What the values are counted in; `元` means they are given in fen. */
  unit: string
  /** Bars of several series on one place, one upon the other. */
  isStacked?: boolean
}

export function say(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return '—'
  return unit === '元' ? `¥${yuan(value)}` : `${number(value)} ${unit}`
}

function short(value: number, unit: string): string {
  const shown = unit === '元' ? value / 100 : value
  return Math.abs(shown) >= 10_000 ? `${Number((shown / 10_000).toFixed(1))}万` : String(shown)
}

/** One sentence for those who cannot see the picture. */
export function inWords(title: string, data: ChartData): string {
  const parts = data.series.map((one) => {
    const total = one.values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
    return `${one.name}合计 ${say(total, data.unit)}`
  })
  return `${title}，${data.labels[0] ?? ''} 至 ${data.labels.at(-1) ?? ''}，${parts.join('，')}`
}

export interface Colours {
  /** Also measured with, so that long names are cut where they should be. */
  font: string
  ink: string
  faint: string
  line: string
  palette: string[]
}

export function optionOf(data: ChartData, colours: Colours): EChartsCoreOption {
  const common = {
    color: colours.palette,
    textStyle: { color: colours.faint, fontFamily: colours.font },
    animationDuration: 300,
    legend: data.series.length > 1 ? { top: 0, right: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 4, textStyle: { color: colours.faint } } : undefined,
  }
  return data.kind === 'share' ? { ...common, ...shares(data, colours) } : { ...common, ...axes(data, colours) }
}

function shares(data: ChartData, colours: Colours): EChartsCoreOption {
  const values = data.labels.map((name, at) => ({ name, value: data.series[0]?.values[at] ?? 0 }))
  return {
    tooltip: { valueFormatter: (value: number) => say(value, data.unit) },
    legend: { orient: 'vertical', right: 8, top: 'middle', icon: 'circle', itemWidth: 8, itemHeight: 8, textStyle: { color: colours.ink } },
    series: [{ type: 'pie', radius: ['48%', '68%'], center: ['36%', '50%'], data: values.filter((one) => one.value), label: { show: false } }],
  }
}

function axes(data: ChartData, colours: Colours): EChartsCoreOption {
  const isRanking = data.kind === 'ranking'
  const names = { type: 'category', data: data.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } }, inverse: isRanking, axisLabel: { color: isRanking ? colours.ink : colours.faint, width: 130, overflow: 'truncate' } }
  const values = {
    type: 'value',
    name: `（${data.unit}）`,
    nameTextStyle: { color: colours.faint, align: 'right' },
    axisLabel: { color: colours.faint, formatter: (value: number) => short(value, data.unit) },
    splitLine: { lineStyle: { color: colours.line } },
    minInterval: data.unit === '元' ? undefined : 1,
  }
  return {
    grid: { left: 8, right: isRanking ? 56 : 12, top: 36, bottom: 4, containLabel: true },
    tooltip: { trigger: 'axis', axisPointer: { type: data.kind === 'line' ? 'line' : 'shadow' }, valueFormatter: (value: number | null) => say(value, data.unit) },
    xAxis: isRanking ? values : names,
    yAxis: isRanking ? names : values,
    series: data.series.map((one) => ({
      name: one.name,
      type: data.kind === 'line' ? 'line' : 'bar',
      data: one.values,
      stack: data.isStacked ? 'all' : undefined,
      showSymbol: false,
      smooth: 0.3,
      smoothMonotone: 'x',
      barMaxWidth: isRanking ? 14 : 22,
      itemStyle: { borderRadius: isRanking ? [0, 4, 4, 0] : [4, 4, 0, 0], ...(one.isPrevious ? { color: colours.palette.at(-1) } : {}) },
      lineStyle: one.isPrevious ? { type: 'dashed', width: 1.5, color: colours.palette.at(-1) } : { width: 2.5 },
      areaStyle: data.kind === 'line' && !one.isPrevious ? { opacity: 0.08 } : undefined,
      z: one.isPrevious ? 1 : 2,
    })),
  }
}
