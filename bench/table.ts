import type { BenchReport, Result } from './report.ts'
import type { Spread } from './statistics.ts'

const HEADER = ['', 'scenario', 'ours', 'stock', 'ours / stock']

/** The report as a table of Markdown, so that it can be pasted anywhere. */
export function renderTable(report: BenchReport): readonly string[] {
  const { machine, parts, rounds } = report
  const rows = [...report.results.map(resultRow), ...memoryRows(report)]
  const widths = HEADER.map((_, column) =>
    Math.max(...[HEADER, ...rows].map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [
    `Keycloak ${machine.keycloak}; ${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, load ${machine.loadAverage}; ${machine.system}`,
    `Node ${machine.node}, Java ${machine.java ?? 'none'}, Docker ${machine.docker ?? 'none'}; ${machine.date.slice(0, 10)}; rounds: ${rounds}`,
    ...Object.entries(parts).map(([part, what]) => `${part}: ${what}`),
    'Median (least–most) of the rounds.',
    '',
    line(HEADER),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
  ]
}

function resultRow({ part, title, ours, stock, ratio }: Result): readonly string[] {
  return [part, title, cell(ours, duration), cell(stock, duration), cell(ratio, (value) => value.toFixed(2))]
}

function memoryRows({ memoryMb }: BenchReport): readonly (readonly string[])[] {
  const parts = [...new Set(memoryMb.map(({ part }) => part))]
  const of = (part: string, side: string) =>
    memoryMb.find((memory) => memory.part === part && memory.side === side)?.median
  return parts.map((part) => {
    const [ours, stock] = [of(part, 'ours'), of(part, 'stock')]
    const both = ours !== undefined && stock ? (ours / stock).toFixed(2) : '–'
    return [part, 'memory of the server', megabytes(ours), megabytes(stock), both]
  })
}

function cell(spread: Spread | null, show: (value: number) => string): string {
  return spread ? `${show(spread.median)} (${show(spread.min)}–${show(spread.max)})` : '–'
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

function megabytes(value: number | undefined): string {
  return value === undefined ? '–' : `${value} MB`
}
