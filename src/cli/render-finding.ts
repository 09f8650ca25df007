import type { ChalkInstance } from 'chalk'

import type { Finding } from '../checks/finding.ts'
import { block, mark } from './render.ts'
import { pad } from './table.ts'

/** A check of a report, with its finding. */
interface CheckLine extends Omit<Finding, 'url'> {
  readonly title: string
  readonly url?: string | null
}

/**
 * Renders a check in one line, then why and fix, unless there is no fault. `verbose` adds details and the rule.
 *
 * @param width columns of the title
 * @param note text behind the observation
 */
export function renderFinding(
  check: CheckLine,
  chalk: ChalkInstance,
  {
    width,
    verbose,
    note = '',
  }: { readonly width: number; readonly verbose: boolean; readonly note?: string },
): string[] {
  const { status, title, what, url = null } = check
  const text = status === 'skip' ? chalk.dim(what) : what
  const line = `  ${mark(status, chalk)} ${pad(title, width)}${text}${note}`
  if (status === 'ok' && !verbose) return [line]
  return [line, ...renderReason(check, chalk), ...(verbose ? block(chalk, INDENT, 'See', url) : [])]
}

/** Renders the reason of a finding and its fix, below its title. */
export function renderReason({ why, fix }: Pick<Finding, 'why' | 'fix'>, chalk: ChalkInstance): string[] {
  return [...block(chalk, INDENT, 'Why', why), ...block(chalk, INDENT, 'Fix', fix)]
}

const INDENT = ' '.repeat(6)
