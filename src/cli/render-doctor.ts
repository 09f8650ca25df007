import type { ChalkInstance } from 'chalk'

import type { DoctorReport } from '../operations/doctor.ts'

type CheckLine = DoctorReport['checks'][number]

const TITLES: Readonly<Record<CheckLine['group'], string>> = {
  machine: 'Machine',
  server: 'Server',
  realm: 'Realm',
  clients: 'Clients',
}

/** As wide as the longest title. */
const TITLE_WIDTH = 24

/** What a person reads of `doctor`: the answers by group, why and fix where something is to be done, and the sum. */
export function renderDoctor(report: DoctorReport, chalk: ChalkInstance, verbose: boolean): string[] {
  const groups = Object.entries(TITLES).flatMap(([group, title]) => {
    const checks = report.checks.filter((check) => check.group === group)
    return checks.length > 0 ? [chalk.bold(title), ...groupLines(checks, chalk, verbose), ''] : []
  })
  return [...groups, summary(report, chalk)]
}

function groupLines(checks: readonly CheckLine[], chalk: ChalkInstance, verbose: boolean): string[] {
  const [first] = checks
  const isUniform = checks.every(({ status, why }) => status === 'skip' && why === first?.why)
  if (first && checks.length > 1 && isUniform) {
    return [
      `  ${chalk.dim('–')} ${`not looked at: ${first.why ?? ''}`.trimEnd()}`,
      ...block('Fix', first.fix, chalk),
    ]
  }
  return checks.flatMap((check, index) => {
    const { status, title, what, why, fix, elapsedMs } = check
    const time = verbose ? chalk.dim(`  (${elapsedMs} ms)`) : ''
    const line = `  ${mark(status, chalk)} ${title.padEnd(TITLE_WIDTH)}${status === 'skip' ? chalk.dim(what) : what}${time}`
    if (status === 'ok' && !verbose) return [line]
    const isRepeated = checks
      .slice(0, index)
      .some((one) => why !== null && one.why === why && one.fix === fix)
    if (isRepeated) return [status === 'skip' ? line : `${line}  ${chalk.dim('(as above)')}`]
    return [line, ...block('Why', why, chalk), ...block('Fix', fix, chalk)]
  })
}

function block(label: string, text: string | null, chalk: ChalkInstance): string[] {
  return text === null ? [] : [`      ${chalk.dim(label)}  ${text.replaceAll('\n', '\n           ')}`]
}

function mark(status: CheckLine['status'], chalk: ChalkInstance): string {
  return { ok: chalk.green('✔'), warn: chalk.yellow('⚠'), fail: chalk.red('✘'), skip: chalk.dim('–') }[status]
}

function summary({ counts, checks, running, fixed, elapsedMs }: DoctorReport, chalk: ChalkInstance): string {
  const seconds = `(${(elapsedMs / 1000).toFixed(1)} s)`
  const parts = [
    ...(counts.fail > 0 ? [`${counts.fail} of ${checks.length} checks found a fault`] : []),
    ...(counts.warn > 0 ? [`${counts.warn} ${counts.warn === 1 ? 'warning' : 'warnings'}`] : []),
    ...(counts.fail + counts.warn === 0
      ? [`All is right: ${counts.ok} ${counts.ok === 1 ? 'check' : 'checks'}`]
      : []),
    ...(counts.skip > 0 ? [`${counts.skip} not looked at`] : []),
    ...(fixed && fixed.length > 0
      ? [`${fixed.length} ${fixed.length === 1 ? 'setting' : 'settings'} put right before`]
      : []),
  ]
  const next = running ? '' : '  Keycloak does not run: mcp-keycloak up'
  return `${mark(counts.fail > 0 ? 'fail' : counts.warn > 0 ? 'warn' : 'ok', chalk)} ${chalk.bold(parts.join(', '))}  ${seconds}${next}`
}
