import { readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import type { BenchRuntime } from './contender.ts'
import { type BenchReport, isWhole, machineLine, type Result } from './report.ts'
import { isMemory } from './rows.ts'
import type { Spread } from './statistics.ts'
import { duration } from './table.ts'

/** Where the results are, oldest first by name. */
export const RESULTS = new URL('./results/', import.meta.url)

const PAGE = fileURLToPath(new URL('../docs/speed.md', import.meta.url))
const MARKS = ['<!-- speed: npm run bench writes this -->\n', '<!-- /speed -->'] as const

/** Rows of the speed page. The words after the semicolon describe stock Keycloak. */
const ROWS: Readonly<Record<string, string>> = {
  'first-up': 'first `up`',
  'warm-up': '`up` again after `down`',
  'reset-realm': '`reset-realm`; stock: wipe, start',
  'new-instance': '`up` of a new instance; stock: first start',
  ephemeral: '`exec --ephemeral`; stock: first start',
  'wipe-and-up': '`down --purge`, `up`; stock: wipe, start',
  'up-running': '`up` when it runs',
  token: '`token`',
  'new-realm': "a test's own realm",
  'test-files': '8 test files with a realm each; stock: a container each',
  memory: 'memory',
}

const PARTS: Readonly<Record<BenchRuntime, string>> = { compose: 'Docker', java: 'JDK' }

/**
 * The newest report of a whole run. Results of another runtime come from the newest run of the same day, machine and
 * Keycloak: a ratio compares steps of one run, and one runtime takes half an hour.
 *
 * @throws {Error} when there is none
 */
export async function newestReport(): Promise<BenchReport> {
  const files = (await readdir(RESULTS)).filter((name) => name.endsWith('.json')).sort()
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, RESULTS), 'utf8')))
  const whole = texts.map((text) => JSON.parse(text) as BenchReport).filter(isWhole)
  const newest = whole.at(-1)
  if (!newest) throw new Error('bench/results has no whole run: npm run bench')
  return whole.filter((report) => isOfSameDay(report, newest)).reduce(withResults)
}

function isOfSameDay({ machine: one }: BenchReport, { machine: other }: BenchReport): boolean {
  const facts = ({ date, cpu, cores, keycloak }: BenchReport['machine']) =>
    [date.slice(0, 10), cpu, cores, keycloak].join()
  return facts(one) === facts(other)
}

/** Replaces the results of the parts that a later run has. */
function withResults(earlier: BenchReport, later: BenchReport): BenchReport {
  const measured = new Set(later.results.map(({ part }) => part))
  const rest = earlier.results.filter(({ part }) => !measured.has(part))
  const isMeasured = (part: BenchRuntime) => measured.has(part)
  return {
    ...later,
    machine: {
      ...later.machine,
      java: later.machine.java ?? earlier.machine.java,
      docker: later.machine.docker ?? earlier.machine.docker,
      standIn: later.machine.standIn ?? earlier.machine.standIn,
    },
    parts: {
      compose: isMeasured('compose') ? later.parts.compose : earlier.parts.compose,
      java: isMeasured('java') ? later.parts.java : earlier.parts.java,
    },
    results: [...later.results, ...rest],
  }
}

/** Renders the numbers of a report for the speed page. */
export function renderSpeed(report: BenchReport): string {
  const { results } = report
  const runtimes = (['compose', 'java'] as const).filter((runtime) =>
    results.some(({ part, scenario }) => part === runtime && scenario in ROWS),
  )
  const head = runtimes.flatMap((runtime) => [PARTS[runtime], `${PARTS[runtime]}, stock`])
  const rows = Object.entries(ROWS).flatMap(([name, label]) => {
    const found = runtimes.map((runtime) =>
      results.find(({ part, scenario }) => part === runtime && scenario === name),
    )
    return found.some(Boolean) ? [[label, ...found.flatMap(cells), leastCount(found)]] : []
  })
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(['', ...head, 'n']),
    line(['', ...head, 'n'].map(() => '---')),
    ...rows.map(line),
    '',
    `Medians; n: how often each was measured, at the least. ${machineLine(report)}.`,
    '',
  ].join('\n')
}

/** Writes the numbers of a report into the speed page. */
export async function writeSpeedPage(report: BenchReport): Promise<void> {
  const [before, , after] = speedOf(await readFile(PAGE, 'utf8'))
  await writeFile(PAGE, `${before}${renderSpeed(report)}${after}`)
}

/**
 * Splits the speed page at its marks.
 *
 * @throws {Error} when a mark is missing
 */
export function speedOf(page: string): readonly [before: string, speed: string, after: string] {
  const [from, to] = [page.indexOf(MARKS[0]), page.indexOf(MARKS[1])]
  if (from < 0 || to < from) throw new Error(`docs/speed.md has no ${MARKS.join(' … ')}`)
  const start = from + MARKS[0].length
  return [page.slice(0, start), page.slice(start, to), page.slice(to)]
}

function cells(result: Result | undefined): readonly [string, string] {
  const show = result && isMemory({ name: result.scenario }) ? megabytes : duration
  const cell = (spread: Spread | null | undefined) => (spread ? show(spread.median) : '–')
  return [cell(result?.ours), cell(result?.stock)]
}

/** How many measurements the weakest number of a row stands on. */
function leastCount(found: readonly (Result | undefined)[]): string {
  const spreads = found.flatMap((result) => [result?.ours, result?.stock]).filter((spread) => !!spread)
  return String(Math.min(...spreads.map(({ samples }) => samples.length)))
}

function megabytes(value: number): string {
  return `${Math.round(value)} MB`
}
