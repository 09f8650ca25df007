import type { ChalkInstance } from 'chalk'

import type { VerifyReport } from '../../operations/verify.ts'
import { scoreText } from '../../operations/verify-score.ts'
import { title } from '../render.ts'
import { renderFinding } from '../render-finding.ts'
import type { FormattedReport, ReportedSuite } from '../report-formats.ts'

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

/** The report in the form for the formats of programs. */
export function formattedVerify(report: VerifyReport): FormattedReport {
  const { issuer, framework } = report
  const facts = `Realm: ${issuer}${framework ? `. Framework: ${framework}` : ''}.`
  return { report, title: scoreText(report), facts, suites: [verifySuite(report)] }
}

/** The checks of an MCP server as one suite. */
export function verifySuite({ mcpUrl, checks, elapsedMs }: VerifyReport): ReportedSuite {
  const { host, pathname } = new URL(mcpUrl)
  const location = `${encodeURIComponent(host)}${pathname}`
  return { command: 'verify', name: mcpUrl, location, checks, elapsedMs }
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
