import type { Finding as ShownFinding } from '../checks/finding.ts'
import { McpKeycloakError, throwIfInterrupted } from '../errors.ts'
import { printableLine, printableLines } from '../printable.ts'
import { Fault, type Finding, skip, textOf } from './finding.ts'
import type { Inspection } from './inspection.ts'

/** One check of a running MCP server. */
export interface VerifyCheck {
  /** Stable name for programs. */
  readonly name: string
  /** The property of a correct server, for people. */
  readonly title: string
  /**
   * Runs the check.
   *
   * @throws {Fault} when something that the check needs is missing or wrong
   * @throws {McpKeycloakError} when the realm refuses a request
   */
  ask(inspection: Inspection): Promise<Finding>
}

/** A check and its result. */
export interface CheckResult extends ShownFinding {
  readonly name: string
  readonly title: string
  /** The address of the rule. */
  readonly url: string | null
}

/** The callback for progress, and the signal that stops the checks. */
export interface RunOptions {
  readonly onStep?: ((text: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs one check after the other. When one fault affects several checks, the first one fails. The others are skipped and
 * name the first one.
 *
 * @throws {McpKeycloakError} `INTERRUPTED`
 */
export async function runVerifyChecks(
  checks: readonly VerifyCheck[],
  inspection: Inspection,
  { onStep, signal }: RunOptions,
): Promise<readonly CheckResult[]> {
  const blamed = new Map<unknown, string>()
  const results: CheckResult[] = []
  for (const { name, title, ask } of checks) {
    throwIfInterrupted(signal)
    onStep?.(title)
    const finding = await ask(inspection).catch((error: unknown): Finding => {
      throwIfInterrupted(signal)
      if (!(error instanceof Fault || error instanceof McpKeycloakError)) throw error
      const culprit = blamed.get(error)
      if (culprit !== undefined) return skip(`Could not be asked, because of "${culprit}".`)
      blamed.set(error, title)
      return { status: 'fail', ...textOf(error) }
    })
    results.push({ name, title, ...shown(finding) })
  }
  return results
}

/** Makes a finding safe to show. A server's text must not control the terminal. */
function shown({ status, what, why, fix, url }: Finding): Omit<CheckResult, 'name' | 'title'> {
  const clean = (text: Finding['why']) => (text === undefined ? null : printableLines(text))
  const sentence = printableLine(what.replace(/\.$/, ''))
  return { status, what: sentence, why: clean(why), fix: clean(fix), url: clean(url) }
}
