import { McpKeycloakError, throwIfInterrupted } from '../../errors.ts'
import { Fault, type Finding, skip, textOf } from './finding.ts'
import type { Walk } from './walk.ts'

/** One question about a running MCP server. */
export interface VerifyCheck {
  /** Stable, for programs. */
  readonly id: string
  /** What is true of a good server, for a person. */
  readonly title: string
  /**
   * @throws {Fault} what the check needs and cannot have
   * @throws {McpKeycloakError} what the realm refuses
   */
  ask(walk: Walk): Promise<Finding>
}

/** A question and its answer. */
export interface CheckResult extends Finding {
  readonly id: string
  readonly title: string
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
  walk: Walk,
  { onStep, signal }: RunOptions,
): Promise<readonly CheckResult[]> {
  const blamed = new Map<unknown, string>()
  const results: CheckResult[] = []
  for (const { id, title, ask } of checks) {
    throwIfInterrupted(signal)
    onStep?.(title)
    const finding = await ask(walk).catch((error: unknown): Finding => {
      throwIfInterrupted(signal)
      if (!(error instanceof Fault || error instanceof McpKeycloakError)) throw error
      const culprit = blamed.get(error)
      if (culprit !== undefined) return skip(`Could not be asked, because of "${culprit}".`)
      blamed.set(error, title)
      return { status: 'fail', ...textOf(error) }
    })
    results.push({ id, title, ...printable(finding) })
  }
  return results
}

/** What a server has said is shown to a person: nothing of it may steer the terminal. */
function printable(finding: Finding): Finding {
  const texts = Object.entries(finding).map(([name, text]) => [name, text.replace(/(?!\n)\p{Cc}/gu, '�')])
  return Object.fromEntries(texts) as Finding
}
