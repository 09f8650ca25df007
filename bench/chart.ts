import { init } from 'echarts'

import type { BenchReport, Result } from './report.ts'

const BAR_PX = 54
const WIDTH_PX = 760

/** What both sides do, ours and stock, as bars: an SVG that is readable on a light and on a dark page. */
export function renderChart({ results, machine }: BenchReport): string {
  const both = results.filter(({ part, ours, stock }) => part !== 'cli' && ours && stock).toReversed()
  const chart = init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: WIDTH_PX,
    height: 110 + both.length * BAR_PX,
  })
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: {
      text: 'Seconds (median): mcp-keycloak and stock Keycloak',
      subtext: `Keycloak ${machine.keycloak}, ${machine.cores} cores, ${machine.date.slice(0, 10)}`,
      textStyle: { fontSize: 15 },
    },
    legend: { top: 8, right: 10, data: ['mcp-keycloak', 'stock'] },
    grid: { left: 10, right: 50, top: 70, bottom: 10, containLabel: true },
    xAxis: { type: 'value', axisLabel: { formatter: '{value} s' } },
    yAxis: { type: 'category', data: both.map(({ part, title }) => `${title}\n${part}`) },
    series: [bars('stock', '#b8c0cc', both), bars('mcp-keycloak', '#2f6fde', both)],
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

function bars(name: 'mcp-keycloak' | 'stock', color: string, results: readonly Result[]) {
  const seconds = (result: Result) => (name === 'stock' ? result.stock : result.ours)
  const round = (ms = 0) => Number((ms / 1000).toFixed(1))
  return {
    name,
    type: 'bar',
    itemStyle: { color },
    label: { show: true, position: 'right', formatter: '{c} s' },
    data: results.map((result) => round(seconds(result)?.median)),
  } as const
}
