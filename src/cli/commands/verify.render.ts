import type { ChalkInstance } from 'chalk'

import type { VerifyReport } from '../../operations/verify.ts'
import { scoreText } from '../../operations/verify-score.ts'
import { title } from '../render.ts'
import { renderFinding } from '../render-finding.ts'

type CheckLine = VerifyReport['checks'][number]

/** Renders the score, then one line per check. A fault has why and fix. */
export function renderVerify(report: VerifyReport, chalk: ChalkInstance, verbose = false): string[] {
  const { framework, checks, score } = report
  const width = Math.max(...checks.map((check) => check.title.length)) + 2
  const verdict = title(chalk, scoreText(report), score.failed > 0 ? 'fail' : 'ok')
  return [
    `${verdict}${framework ? chalk.dim(`  (${framework})`) : ''}`,
    '',
    ...(verbose ? checks : merged(checks)).flatMap((check) =>
      renderFinding(check, chalk, { width, verbose }),
    ),
  ]
}

/** Merges consecutive checks that were skipped for the same reason. */
function merged(checks: readonly CheckLine[]): readonly CheckLine[] {
  return checks.flatMap((check, at) => {
    const isSame = (one: CheckLine | undefined) =>
      check.status === 'skip' && one?.status === 'skip' && one.what === check.what
    if (isSame(checks[at - 1])) return []
    const rest = checks.slice(at + 1)
    const end = rest.findIndex((one) => !isSame(one))
    const count = 1 + (end < 0 ? rest.length : end)
    return count > 1 ? [{ ...check, title: `${count} more questions` }] : [check]
  })
}
