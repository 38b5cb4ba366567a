import { LineChart } from 'echarts/charts'
import { GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsCoreOption, type EChartsType } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Mount } from '../island'
import { levelWord, readLevel, token } from '../levels'
import { scale, thresholds, type Series } from '../series'
import { clockTime, dayText, now, shortTime } from '../time'
import { say } from '../words'

use([LineChart, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, SVGRenderer])

/** A threshold is a line with its word; the colour only repeats it. */
function ladderLines(series: Series): object[] {
  return thresholds(series).map((rung) => ({
    yAxis: rung.raise,
    lineStyle: { color: token(rung.level), width: 1.5, type: rung.level === 'red' ? 'solid' : 'dashed' },
    label: { formatter: rung.label || say('threshold', { word: levelWord(rung.level), value: rung.raise }), position: 'insideStartTop', color: token(`${rung.level}-ink`), fontSize: 12, padding: [0, 0, 0, 4] },
  }))
}

/** Alarms as bands that begin where they rise, each with the word of its level; an instant is given a width one can see. */
function alarmBands(series: Series): object[] {
  const first = series.points[0]?.[0] ?? 0
  const least = ((series.points.at(-1)?.[0] ?? first) - first) / 200
  const crowded = (series.spells ?? []).length > WORDED
  return (series.spells ?? []).map(([from, to, level]) => {
    const name = readLevel(level)
    return [
      { xAxis: from, itemStyle: { color: token(name), opacity: 0.22, borderColor: token(name), borderWidth: 1 }, label: { show: !crowded, formatter: levelWord(name), position: 'insideTop', color: token('ink'), fontSize: 12 } },
      { xAxis: Math.max(to, from + least) },
    ]
  })
}

const WORDED = 12
const DAY_MS = 86_400_000
const LONG_MS = 1.5 * DAY_MS

function optionOf(series: Series): EChartsCoreOption {
  const ink = token('ink')
  const soft = token('ink-2')
  const line = token('line')
  const top = Math.max(...thresholds(series).map((rung) => rung.raise), ...[...series.points, ...(series.forecast ?? [])].map(([, value]) => value ?? 0))
  const unit = series.unit ?? ''
  const long = (series.points.at(-1)?.[0] ?? 0) - (series.points[0]?.[0] ?? 0) > LONG_MS
  const tip = (items: { value: [number, number] }[]): string => items[0] ? `${shortTime(items[0].value[0], now())}:${clockTime(items[0].value[0]).slice(6)}　<b>${items[0].value[1]}</b> ${unit}` : ''
  return {
    animation: false,
    textStyle: { fontFamily: token('font') },
    grid: { left: 8, right: 12, top: 26, bottom: 4, containLabel: true },
    tooltip: { trigger: 'axis', formatter: tip, confine: true, backgroundColor: ink, borderWidth: 0, padding: [4, 8], textStyle: { color: token('paper'), fontSize: 13 }, axisPointer: { lineStyle: { color: soft, type: 'solid', width: 1 } } },
    xAxis: { type: 'time', ...(long ? { minInterval: DAY_MS } : {}), axisLine: { lineStyle: { color: soft } }, axisTick: { show: false }, splitLine: { show: false }, axisLabel: { color: soft, fontSize: 12, hideOverlap: true, formatter: (at: number) => long ? dayText(at).slice(5) : clockTime(at).slice(0, 5) } },
    yAxis: { type: 'value', name: unit, nameGap: 10, nameTextStyle: { color: soft, fontSize: 12, align: 'right' }, ...scale(top), min: (range: { min: number }) => Math.min(range.min, 0), axisLabel: { color: soft, fontSize: 12 }, splitLine: { lineStyle: { color: line } } },
    series: [
      { type: 'line', data: series.points, showSymbol: false, sampling: 'lttb', connectNulls: false, lineStyle: { color: ink, width: 1.8 }, itemStyle: { color: ink }, areaStyle: { color: ink, opacity: 0.05 }, markLine: { symbol: 'none', silent: true, data: ladderLines(series) }, markArea: { silent: true, data: alarmBands(series) } },
      { type: 'line', name: say('forecast'), data: series.forecast ?? [], showSymbol: false, lineStyle: { color: ink, width: 1.8, type: [3, 4] }, itemStyle: { color: ink } },
    ],
  }
}

const AGAIN_MS = 10_000

/** Figures of the same channel elsewhere on the page follow its curve: `data-latest` holds the channel's id. */
function tellLatest(channel: string, series: Series): void {
  const value = series.points.at(-1)?.[1]
  if (!channel || value === undefined || value === null) return
  document.querySelectorAll(`[data-latest="${CSS.escape(channel)}"]`).forEach((each) => { each.textContent = String(Number(value.toFixed(3))) })
}

/** A channel's curve. Props: url, or channel (id) with hours (default 6); or data, the series itself. What is fetched is fetched again every ten seconds while the page is looked at. */
export const curve: Mount = (element, props) => {
  element.setAttribute('hx-morph-skip', '')
  element.classList.add('curve')
  const url = String(props['url'] ?? `/api/channels/${String(props['channel'] ?? '')}/series?hours=${Number(props['hours'] ?? 6)}`)
  let chart: EChartsType | undefined
  let series: Series | undefined
  const words = (text: string): void => { chart?.dispose(); chart = undefined; element.textContent = text }
  const show = (): void => {
    if (!series) return
    if (series.points.length === 0) { words(say('curveEmpty')); return }
    if (!chart) { element.replaceChildren(); chart = init(element, null, { renderer: 'svg' }) }
    chart.setOption(optionOf(series), { notMerge: true })
    element.setAttribute('role', 'img')
    element.setAttribute('aria-label', `${series.name ?? ''} ${series.points.at(-1)?.[1] ?? ''} ${series.unit ?? ''}`.trim())
  }
  const load = async (): Promise<void> => {
    try {
      const answer = await fetch(url, { headers: { Accept: 'application/json' } })
      if (!answer.ok) throw new Error(String(answer.status))
      series = (await answer.json()) as Series
      show()
      tellLatest(String(props['channel'] ?? ''), series)
    } catch (error) {
      if (!chart) words(say('curveFailed', { why: error instanceof Error ? error.message : '' }))
    }
  }
  const again = window.setInterval(() => { if (!props['data'] && !document.hidden) void load() }, AGAIN_MS)
  const watcher = new ResizeObserver(() => chart?.resize())
  watcher.observe(element)
  document.addEventListener('anshu:theme', show)
  if (props['data']) { series = props['data'] as Series; show() } else void load()
  return () => {
    watcher.disconnect()
    document.removeEventListener('anshu:theme', show)
    window.clearInterval(again)
    chart?.dispose()
  }
}
