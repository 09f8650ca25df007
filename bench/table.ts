import type { BenchReport, Result } from './report.ts'
import { isMemory } from './rows.ts'
import type { Spread } from './statistics.ts'

const HEADER = ['', 'scenario', 'ours', 'stock', 'ours / stock', 'n']

/** The report as a table of Markdown, so that it can be pasted anywhere. */
export function renderTable(report: BenchReport): readonly string[] {
  const { machine, parts, rounds, ended, notes } = report
  const rows = report.results.map(resultRow)
  const widths = HEADER.map((_, column) =>
    Math.max(...[HEADER, ...rows].map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [
    `Keycloak ${machine.keycloak}; ${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, load ${machine.loadAverage}; ${machine.system}`,
    `Node ${machine.node}, Java ${machine.java ?? 'none'}, Docker ${machine.docker ?? 'none'}; ${machine.date.slice(0, 10)}; rounds: ${rounds} (${ENDED[ended]})`,
    ...Object.entries(parts).map(([part, what]) => `${part}: ${what}`),
    ...(machine.standIn ? [`image: ${machine.standIn}`] : []),
    ...notes,
    'Median (least–most). n: how often it was measured, ours and stock. What has no "first" or "right after" was measured',
    'on a server that was in use: several times in a round, the first time kept apart.',
    '',
    line(HEADER),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
  ]
}

const ENDED = {
  complete: 'complete',
  time: 'the time was over',
  interrupted: 'interrupted',
} as const satisfies Record<BenchReport['ended'], string>

function resultRow(result: Result): readonly string[] {
  const { part, title, ours, stock, ratio } = result
  const show = isMemory({ name: result.scenario }) ? (value: number) => `${Math.round(value)} MB` : duration
  const count = `${ours?.samples.length ?? 0}${stock ? `/${stock.samples.length}` : ''}`
  return [part, title, cell(ours, show), cell(stock, show), cell(ratio, (value) => value.toFixed(2)), count]
}

function cell(spread: Spread | null, show: (value: number) => string): string {
  return spread ? `${show(spread.median)} (${show(spread.min)}–${show(spread.max)})` : '–'
}

/** Milliseconds for people. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
