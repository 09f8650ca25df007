import type { Finding as ShownFinding } from '../checks/finding.ts'
import { McpKeycloakError, throwIfInterrupted } from '../errors.ts'
import { printableLine, printableLines } from '../printable.ts'
import { Fault, type Finding, skip, textOf } from './finding.ts'
import type { Inspection } from './inspection.ts'

/** One question about a running MCP server. */
export interface VerifyCheck {
  /** Stable, for programs. */
  readonly name: string
  /** What is true of a good server, for a person. */
  readonly title: string
  /**
   * @throws {Fault} what the check needs and cannot have
   * @throws {McpKeycloakError} what the realm refuses
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

/** Who is told of the progress, and who may stop it. */
export interface RunOptions {
  readonly onStep?: ((text: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks one question after the other. What several of them need is at fault once: the first one fails, the others say
 * that they could not be asked because of it.
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

/** What a server has said is shown to a person: nothing of it may steer the terminal. */
function shown({ status, what, why, fix, url }: Finding): Omit<CheckResult, 'name' | 'title'> {
  const clean = (text: Finding['why']) => (text === undefined ? null : printableLines(text))
  const sentence = printableLine(what.replace(/\.$/, ''))
  return { status, what: sentence, why: clean(why), fix: clean(fix), url: clean(url) }
}
