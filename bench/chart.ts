import { init } from 'echarts'

import { type BenchReport, machineLine, type Result } from './report.ts'

/** What the chart shows, from the top, and in whose words. */
const LABELS: Readonly<Record<string, string>> = {
  'first-up': 'First start',
  'warm-up': 'Start again after a stop',
  'reset-realm': 'Reset of the realm',
}

/** The parts, as people call them. */
const PARTS: Readonly<Record<string, string>> = { compose: 'Docker Compose', java: 'a JDK' }

const BAR_PX = 54
const WIDTH_PX = 760

/** What both sides do, ours and stock, as bars: an SVG that is readable on a light and on a dark page. */
export function renderChart(report: BenchReport): string {
  const shown = Object.keys(LABELS).flatMap((name) =>
    report.results.filter(({ scenario, ours, stock }) => scenario === name && ours && stock),
  )
  const fromBelow = shown.toReversed()
  const chart = init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: WIDTH_PX,
    height: 110 + shown.length * BAR_PX,
  })
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: {
      text: 'Seconds until a Keycloak for MCP is ready',
      subtext: `Shorter is better. Medians. ${machineLine(report)}`,
      textStyle: { fontSize: 15 },
      left: 10,
    },
    legend: { top: 12, right: 10, itemGap: 30, data: ['mcp-keycloak', 'stock Keycloak'] },
    // Without a browser the width of a label is only guessed: there is room for the longest.
    grid: { left: 180, right: 60, top: 74, bottom: 30 },
    xAxis: { type: 'value', axisLabel: { formatter: '{value} s' } },
    yAxis: {
      type: 'category',
      data: fromBelow.map(({ scenario, part }) => `${LABELS[scenario]}\non ${PARTS[part] ?? part}`),
    },
    series: [
      bars('stock Keycloak', '#b8c0cc', (result) => result.stock, fromBelow),
      bars('mcp-keycloak', '#2f6fde', (result) => result.ours, fromBelow),
    ],
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return withStableClasses(svg)
}

/** Numbers the classes by their first use. ECharts counts them over all charts of the process. */
function withStableClasses(svg: string): string {
  const names = [...new Set(svg.match(/zr\d+-cls-\d+/g))]
  return svg.replace(/zr\d+-cls-\d+/g, (name) => `zr0-cls-${names.indexOf(name)}`)
}

function bars(
  name: string,
  color: string,
  of: (result: Result) => Result['ours'],
  results: readonly Result[],
) {
  return {
    name,
    type: 'bar',
    itemStyle: { color },
    label: { show: true, position: 'right', formatter: '{c} s' },
    data: results.map((result) => Number(((of(result)?.median ?? 0) / 1000).toFixed(1))),
  } as const
}
