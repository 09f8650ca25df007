import { McpKeycloakError, throwIfInterrupted } from '../errors.ts'
import { Fault, type Finding, fail, faultOf, skip } from './finding.ts'

/**
 * One check of `doctor` or `verify`: a file in the `checks/` of that room, listed in its `all.ts`. Its `run` returns
 * `ok(…)`, `warn(…)`, `fail(…)` or `skip(…)`.
 */
export interface Check<Subject> {
  /** Stable name for programs, e.g. `trusted-hosts`. */
  readonly name: string
  /** Name for people: the subject, or the rule that a correct subject meets. */
  readonly title: string
  /**
   * Examines the subject.
   *
   * @throws {Fault} or {@link McpKeycloakError}, which reports a fault
   */
  run(subject: Subject, signal?: AbortSignal): Finding | Promise<Finding>
}

/** The reason why a subject is missing, with the fix. Its checks are skipped. */
export interface Missing {
  /** A text of one line, or an array of lines. */
  readonly missing: string | readonly string[]
  readonly fix: string | null
}

/** Whether a subject is missing. */
export function isMissing(value: object): value is Missing {
  return 'missing' in value && (typeof value.missing === 'string' || Array.isArray(value.missing))
}

/** A check that has run. */
export interface Checked<One> {
  readonly check: One
  readonly finding: Finding
  /** Time of the check alone, without the time that it waited for its subject. */
  readonly elapsedMs: number
}

/** The order of the checks, and what they report while they run. */
export interface RunOptions {
  /**
   * `true`: runs one check after the other, because later ones build on earlier ones. An error that several checks meet
   * is reported once, and an unexpected error ends the run. `false`, the default: runs all at the same time. Each one
   * reports its errors.
   */
  readonly inOrder?: boolean
  /** Called with the title of each check that begins. */
  readonly onCheck?: ((title: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs checks. Each one starts when its subject is known, and is skipped when its subject is missing.
 *
 * @returns the results, in the order of the checks
 * @throws {McpKeycloakError} `INTERRUPTED`, when all checks that have started have ended
 */
export async function runChecks<Subject extends object, One extends Check<Subject>>(
  checks: readonly One[],
  subjectOf: (check: One) => Promise<Subject | Missing>,
  { inOrder = false, onCheck, signal }: RunOptions,
): Promise<readonly Checked<One>[]> {
  const reportedBy = new Map<unknown, string>()
  const explained = (error: unknown, title: string): Finding => {
    throwIfInterrupted(signal)
    const isKnown = error instanceof Fault || error instanceof McpKeycloakError
    if (isInterrupt(error) || (inOrder && !isKnown)) throw error
    if (!isKnown) return unexpected(error as Error)
    const first = inOrder ? reportedBy.get(error) : undefined
    if (first !== undefined) return skip(`Could not be asked, because of "${first}".`)
    reportedBy.set(error, title)
    return faultOf(error)
  }
  const run = async (check: One): Promise<Checked<One>> => {
    throwIfInterrupted(signal)
    onCheck?.(check.title)
    const subject = subjectOf(check)
    await subject.catch(() => {}) // the wait is not part of the check's own time
    const startedAt = performance.now()
    const finding = await examine(check, subject, signal).catch((error) => explained(error, check.title))
    return { check, finding, elapsedMs: Math.round(performance.now() - startedAt) }
  }
  if (inOrder) return Array.fromAsync(checks, run)
  return (await Promise.allSettled(checks.map(run))).map((one) => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
}

async function examine<Subject extends object>(
  check: Check<Subject>,
  gathered: Promise<Subject | Missing>,
  signal: AbortSignal | undefined,
): Promise<Finding> {
  const subject = await gathered
  return isMissing(subject) ? skip('not looked at', subject.missing, subject.fix) : check.run(subject, signal)
}

function isInterrupt(error: unknown): boolean {
  return error instanceof McpKeycloakError && error.code === 'INTERRUPTED'
}

function unexpected({ message, cause }: Error): Finding {
  const reason = [message, (cause as Error | undefined)?.message].filter(Boolean).join(': ')
  return fail(
    'this could not be found out',
    reason,
    'Run it again; if it stays, report it with that sentence.',
  )
}
