import type { ChalkInstance } from 'chalk'

import type { VerifyReport } from '../../operations/verify.ts'
import { scoreText } from '../../operations/verify-score.ts'
import { block } from '../render.ts'
import { pad } from '../table.ts'

type Check = VerifyReport['checks'][number]

const MARKS = { ok: '✔', warn: '⚠', fail: '✘', skip: '-' } as const
const COLORS = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'dim' } as const

/** Renders the score, then one line per check. A fault has why and fix. */
export function renderVerify(report: VerifyReport, chalk: ChalkInstance, verbose = false): string[] {
  const { framework, checks, score } = report
  const width = Math.max(...checks.map(({ title }) => title.length)) + 2
  const verdict = score.failed > 0 ? chalk.red('✘') : chalk.green('✔')
  return [
    `${verdict} ${chalk.bold(scoreText(report))}${framework ? chalk.dim(`  (${framework})`) : ''}`,
    '',
    ...(verbose ? checks.map((check) => [check]) : grouped(checks)).flatMap((group) =>
      renderGroup(group, width, chalk, verbose),
    ),
  ]
}

/** Groups consecutive checks that were skipped for the same reason. */
function grouped(checks: readonly Check[]): readonly (readonly Check[])[] {
  return checks.reduce<Check[][]>((groups, check) => {
    const last = groups.at(-1)
    if (check.status === 'skip' && last?.[0]?.status === 'skip' && last[0].what === check.what)
      last.push(check)
    else groups.push([check])
    return groups
  }, [])
}

function renderGroup(
  group: readonly Check[],
  width: number,
  chalk: ChalkInstance,
  verbose: boolean,
): string[] {
  const [check] = group
  if (!check) return []
  if (group.length === 1) return renderCheck(check, width, chalk, verbose)
  return [`  ${chalk.dim(`${MARKS.skip} ${pad(`${group.length} more questions`, width)}${check.what}`)}`]
}

function renderCheck(check: Check, width: number, chalk: ChalkInstance, verbose: boolean): string[] {
  const { status, title, what, why, fix, url } = check
  const quiet = status === 'ok' || status === 'skip'
  const more = (label: string, text: string | null) => block(chalk, ' '.repeat(6), label, text)
  return [
    `  ${chalk[COLORS[status]](MARKS[status])} ${pad(title, width)}${quiet ? chalk.dim(what) : what}`,
    ...more('Why', why),
    ...more('Fix', fix),
    ...(verbose ? more('See', url) : []),
  ]
}
