import type { ChalkInstance } from 'chalk'

import { packageVersion, projectAddresses } from '../assets.ts'
import type { Verdict } from '../checks/finding.ts'
import { interruptedOutcome, McpKeycloakError } from '../errors.ts'
import { reportBug } from '../operations/error-report.ts'
import { printableLine } from '../printable.ts'
import { pad } from './table.ts'

/** Width of the labels, which aligns the values. */
const LABEL_WIDTH = 20

/** Renders a labelled value. Further values stand below the first. */
export function row(chalk: ChalkInstance, label: string, ...values: readonly string[]): string[] {
  return values.map((value, index) => `  ${chalk.dim(pad(index === 0 ? label : '', LABEL_WIDTH))}${value}`)
}

/** Renders a time in this machine's time zone, with the day unless it is today. */
export function shownTime(iso: string): string {
  const at = new Date(iso)
  const clock = at.toLocaleTimeString('en-GB')
  return at.toDateString() === new Date().toDateString()
    ? clock
    : `${at.toLocaleDateString('sv-SE')} ${clock}`
}

/** Renders a duration. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/** Renders a size. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** Renders the mark of an outcome. */
export function mark(status: Verdict, chalk: ChalkInstance): string {
  return { ok: chalk.green('✔'), warn: chalk.yellow('⚠'), fail: chalk.red('✘'), skip: chalk.dim('–') }[status]
}

/** Renders the headline of a result. */
export function title(chalk: ChalkInstance, text: string, status: Verdict = 'ok'): string {
  return `${mark(status, chalk)} ${chalk.bold(text)}`
}

/** Renders a warning about a success in one line. */
export function warning(chalk: ChalkInstance, text: string): string {
  return `${mark('warn', chalk)} ${text}`
}

/** Renders a label before a text. Further lines stand below the first. Renders nothing for `null`. */
export function block(chalk: ChalkInstance, indent: string, label: string, text: string | null): string[] {
  if (text === null) return []
  const below = ' '.repeat(indent.length + label.length + 2)
  return text
    .split('\n')
    .map((line, index) => (index === 0 ? `${indent}${chalk.dim(label)}  ${line}` : `${below}${line}`))
}

/** Renders an error for a person: what, why, fix. */
export function renderError(error: unknown, chalk: ChalkInstance, verbose: boolean): string[] {
  if (!(error instanceof McpKeycloakError)) return renderBug(error, chalk)
  const outcome = interruptedOutcome(error)
  if (outcome !== undefined) return [`${chalk.yellow('Interrupted:')} ${outcome}`]
  return [
    `${title(chalk, error.message, 'fail')}  ${chalk.dim(`[${error.code}]`)}`,
    ...block(chalk, '  ', 'Why', error.why),
    ...block(chalk, '  ', 'Fix', error.fix),
    ...(verbose
      ? causesOf(error).map((cause) => `  ${chalk.dim('Cause')}  ${chalk.dim(printableLine(cause))}`)
      : []),
  ]
}

/** Returns the causes of an error, the nearest first, without stacks. */
function causesOf({ cause }: Error): string[] {
  if (cause === undefined) return []
  if (!(cause instanceof Error)) return [String(cause)]
  return [`${cause.name}: ${cause.message}`, ...(cause.cause instanceof Error ? causesOf(cause) : [])]
}

/** Renders the message in one line, because it may quote any text, then the calls. */
function stackLines(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [printableLine(String(error))]
  const calls = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return [printableLine(`${error.name}: ${error.message}`), ...calls]
}

function renderBug(error: unknown, chalk: ChalkInstance): string[] {
  return [
    title(chalk, 'This is a bug in mcp-keycloak.', 'fail'),
    ...stackLines(error),
    `  mcp-keycloak ${packageVersion()}, Node ${process.version}, ${process.platform} ${process.arch}`,
    `  ${reportBug(projectAddresses().issues)}`,
  ]
}
