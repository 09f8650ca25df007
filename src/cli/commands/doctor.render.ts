import type { ChalkInstance } from 'chalk'
import { command } from '../../config/command.ts'
import { CONFIG_FILE_NAME } from '../../config/config-file.ts'

import type { DoctorReport } from '../../operations/doctor/doctor.ts'
import type { Addition } from '../../provisioning/needs/live-additions.ts'
import { mark, seconds, title as titleLine } from '../render.ts'
import { renderFinding, renderReason } from '../render-finding.ts'
import type { FormattedReport, ReportedSuite } from '../report-formats.ts'
import { driftLines } from './realm.render.ts'
import { renderVerify, verifySuite } from './verify.render.ts'

type CheckLine = DoctorReport['checks'][number]

const TITLES: Readonly<Record<CheckLine['group'], string>> = {
  machine: 'Machine',
  server: 'Server',
  realm: 'Realm',
  clients: 'Clients',
}

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

/** Renders what one need adds to a realm, with its reason: `+` for a new setting. */
export function additionLines({ need, changes }: Addition, chalk: ChalkInstance): string[] {
  const opposite = { added: 'removed', removed: 'added', changed: 'changed' } as const
  const lines = changes.flatMap(({ path, kind, expected, actual }) =>
    isNewList(kind, expected)
      ? driftLines({ path, kind: 'changed', expected: [], actual: expected }, chalk)
      : driftLines({ path, kind: opposite[kind], expected: actual, actual: expected }, chalk),
  )
  return [`  ${chalk.bold(need.title)}: ${need.reason}`, ...lines.map((line) => `    ${line}`)]
}

/** Whether a change is a new list of texts, whose items are shown. */
function isNewList(kind: Addition['changes'][number]['kind'], expected: unknown): boolean {
  return kind === 'removed' && Array.isArray(expected) && expected.every((item) => typeof item === 'string')
}

function groupLines(checks: readonly CheckLine[], chalk: ChalkInstance, verbose: boolean): string[] {
  return checks.flatMap((check) => {
    const { status, why, fix, elapsedMs } = check
    const isSame = (one: CheckLine) => one.status === status && one.why === why && one.fix === fix
    const alike = why === null ? [check] : checks.filter(isSame)
    const isFirst = alike[0] === check
    if (status === 'skip' && alike.length > 1)
      return isFirst ? skippedLines(alike, alike.length === checks.length, chalk) : []
    const time = verbose ? chalk.dim(`  (${elapsedMs} ms)`) : ''
    const look = { width: TITLE_WIDTH, verbose, note: time }
    if (isFirst || (status === 'ok' && !verbose)) return renderFinding(check, chalk, look)
    const note = `${time}  ${chalk.dim('(as above)')}`
    return renderFinding({ ...check, why: null, fix: null }, chalk, { ...look, note })
  })
}

/** Renders checks with the same reason for a skip in one line. */
function skippedLines(alike: readonly CheckLine[], isGroup: boolean, chalk: ChalkInstance): string[] {
  const { why = null, fix = null } = alike[0] ?? {}
  const text = isGroup ? why : alike.map(({ title }) => title).join(', ')
  return [
    `  ${mark('skip', chalk)} not looked at: ${text}`,
    ...renderReason({ why: isGroup ? null : why, fix }, chalk),
  ]
}

/** The report in the form for the formats of programs: one suite for each group of checks, and for each MCP server. */
export function formattedDoctor(report: DoctorReport): FormattedReport {
  const groups = Object.entries(TITLES).flatMap(([group, name]): readonly ReportedSuite[] => {
    const checks = report.checks.filter((check) => check.group === group)
    const elapsedMs = checks.reduce((sum, check) => sum + check.elapsedMs, 0)
    // The checks are of no file. The config file has the options that they examine.
    return checks.length > 0
      ? [{ command: 'doctor', name, location: CONFIG_FILE_NAME, checks, elapsedMs }]
      : []
  })
  return {
    report,
    title: `doctor: ${summaryText(report)}`,
    facts: `Instance: ${report.instance}${report.running ? '' : ', not running'}.`,
    suites: [...groups, ...report.mcpServers.map(verifySuite)],
  }
}

function summary(report: DoctorReport, chalk: ChalkInstance): string {
  const { instance, counts, healthy, running, elapsedMs } = report
  const next = running ? '' : `  Keycloak does not run: ${command('up', { instance })}`
  const status = !healthy ? 'fail' : counts.warn > 0 ? 'warn' : 'ok'
  return `${titleLine(chalk, summaryText(report), status)}  (${seconds(elapsedMs)})${next}`
}

function summaryText({ counts, checks, healthy, mcpServers, fixed }: DoctorReport): string {
  const parts = [
    ...(counts.fail > 0 ? [`${counts.fail} of ${checks.length} checks found a fault`] : []),
    ...mcpServers
      .filter(({ score }) => score.failed > 0)
      .map(({ mcpUrl, score }) => `${score.failed} of ${score.of} at ${mcpUrl}`),
    ...(counts.warn > 0 ? [`${counts.warn} ${counts.warn === 1 ? 'warning' : 'warnings'}`] : []),
    ...(healthy && counts.warn === 0
      ? [
          `${counts.skip === 0 ? 'No faults:' : 'No fault in'} ${counts.ok} ${counts.ok === 1 ? 'check' : 'checks'}`,
        ]
      : []),
    ...(counts.skip > 0 ? [`${counts.skip} not looked at`] : []),
    ...(fixed && fixed.length > 0
      ? [`${fixed.length} ${fixed.length === 1 ? 'setting' : 'settings'} put right before`]
      : []),
  ]
  return parts.join(', ')
}
