import type { ChalkInstance } from 'chalk'
import { command } from '../../config/command.ts'

import type { DoctorReport } from '../../operations/doctor/doctor.ts'
import { block } from '../render.ts'
import { pad } from '../table.ts'
import { renderVerify } from './verify.render.ts'

type CheckLine = DoctorReport['checks'][number]

const TITLES: Readonly<Record<CheckLine['group'], string>> = {
  machine: 'Machine',
  server: 'Server',
  realm: 'Realm',
  clients: 'Clients',
}

/** Indentation of a check's details, below its mark and title. */
const INDENT = ' '.repeat(6)

/** Width of the longest title. */
const TITLE_WIDTH = 24

/** Renders the result of `doctor`: the checks by group with why and fix, then the summary. */
export function renderDoctor(report: DoctorReport, chalk: ChalkInstance, verbose: boolean): string[] {
  const groups = Object.entries(TITLES).flatMap(([group, title]) => {
    const checks = report.checks.filter((check) => check.group === group)
    return checks.length > 0 ? [chalk.bold(title), ...groupLines(checks, chalk, verbose), ''] : []
  })
  const servers = report.mcpServers.flatMap((server) => [...renderVerify(server, chalk, verbose), ''])
  return [...groups, ...servers, summary(report, chalk)]
}

function groupLines(checks: readonly CheckLine[], chalk: ChalkInstance, verbose: boolean): string[] {
  return checks.flatMap((check, index) => {
    const isSame = (one: CheckLine) =>
      one.status === check.status && one.why === check.why && one.fix === check.fix
    const alike = check.why === null ? [check] : checks.filter(isSame)
    const isFirst = !checks.slice(0, index).some((one) => alike.includes(one))
    if (check.status === 'skip' && alike.length > 1) return isFirst ? skippedLines(alike, checks, chalk) : []
    const { status, title, what, why, fix, elapsedMs } = check
    const time = verbose ? chalk.dim(`  (${elapsedMs} ms)`) : ''
    const text = status === 'skip' ? chalk.dim(what) : what
    const line = `  ${mark(status, chalk)} ${pad(title, TITLE_WIDTH)}${text}${time}`
    if (status === 'ok' && !verbose) return [line]
    if (!isFirst) return [`${line}  ${chalk.dim('(as above)')}`]
    return [line, ...block(chalk, INDENT, 'Why', why), ...block(chalk, INDENT, 'Fix', fix)]
  })
}

/** Renders checks with the same reason for a skip in one line. */
function skippedLines(
  alike: readonly CheckLine[],
  group: readonly CheckLine[],
  chalk: ChalkInstance,
): string[] {
  const [first] = alike
  const fix = block(chalk, INDENT, 'Fix', first?.fix ?? null)
  if (alike.length === group.length) return [`  ${chalk.dim('–')} not looked at: ${first?.why}`, ...fix]
  const titles = alike.map(({ title }) => title).join(', ')
  return [
    `  ${chalk.dim('–')} not looked at: ${titles}`,
    ...block(chalk, INDENT, 'Why', first?.why ?? null),
    ...fix,
  ]
}

function mark(status: CheckLine['status'], chalk: ChalkInstance): string {
  return { ok: chalk.green('✔'), warn: chalk.yellow('⚠'), fail: chalk.red('✘'), skip: chalk.dim('–') }[status]
}

function summary(
  { instance, counts, checks, healthy, mcpServers, running, fixed, elapsedMs }: DoctorReport,
  chalk: ChalkInstance,
): string {
  const seconds = `(${(elapsedMs / 1000).toFixed(1)} s)`
  const parts = [
    ...(counts.fail > 0 ? [`${counts.fail} of ${checks.length} checks found a fault`] : []),
    ...mcpServers
      .filter(({ score }) => score.failed > 0)
      .map(({ mcpUrl, score }) => `${score.failed} of ${score.of} at ${mcpUrl}`),
    ...(counts.warn > 0 ? [`${counts.warn} ${counts.warn === 1 ? 'warning' : 'warnings'}`] : []),
    ...(healthy && counts.warn === 0
      ? [
          `${counts.skip === 0 ? 'All is right:' : 'No fault in'} ${counts.ok} ${counts.ok === 1 ? 'check' : 'checks'}`,
        ]
      : []),
    ...(counts.skip > 0 ? [`${counts.skip} not looked at`] : []),
    ...(fixed && fixed.length > 0
      ? [`${fixed.length} ${fixed.length === 1 ? 'setting' : 'settings'} put right before`]
      : []),
  ]
  const next = running ? '' : `  Keycloak does not run: ${command('up', { instance })}`
  return `${mark(!healthy ? 'fail' : counts.warn > 0 ? 'warn' : 'ok', chalk)} ${chalk.bold(parts.join(', '))}  ${seconds}${next}`
}
