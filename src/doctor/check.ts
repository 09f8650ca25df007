import type { Finding, Verdict } from '../checks/finding.ts'
import { McpKeycloakError } from '../errors.ts'
import { printableLine, printableLines } from '../printable.ts'
import { isMissing, type Missing, type SubjectName, type Subjects } from './subjects.ts'

export type { Finding }

/** The groups of checks, in display order. */
export const CHECK_GROUPS = ['machine', 'server', 'realm', 'clients'] as const

/** The parts of a realm that `--fix` can repair on the server without recreating the realm. */
export const REPAIRS = ['policies', 'client-policies', 'roles', 'scopes', 'users', 'clients'] as const
export type Repair = (typeof REPAIRS)[number]

/** One check of `doctor`. */
export interface Check<Name extends SubjectName = SubjectName> {
  /** Stable name for programs, e.g. `trusted-hosts`. */
  readonly name: string
  /** Name for people, e.g. `Trusted hosts`. */
  readonly title: string
  readonly group: (typeof CHECK_GROUPS)[number]
  /** The subject that the check examines. */
  readonly asks: Name
  /** The part of the realm that `--fix` repairs after a fault. */
  readonly repair?: Repair
  /** Runs the check. Throwing an {@link McpKeycloakError} reports a fault. */
  run(subject: Subjects[Name], signal: AbortSignal | undefined): Finding | Promise<Finding>
}

/** A check and its finding. */
export interface CheckResult extends Finding {
  readonly name: string
  readonly title: string
  readonly group: Check['group']
  readonly repair: Repair | null
  readonly elapsedMs: number
}

/** A text of one line, or an array of lines. */
type Lines = string | readonly string[]

/** Creates a finding without a fault. */
export const ok = (what: string, why: Lines | null = null): Finding => finding('ok', what, why, null)

/** Creates a warning: it works, but the user should know. */
export const warn = (what: string, why: Lines, fix: Lines): Finding => finding('warn', what, why, fix)

/** Creates the finding of a fault. */
export const fail = (what: string, why: Lines, fix: Lines): Finding => finding('fail', what, why, fix)

/** Creates a finding for a subject that is absent or could not be examined. */
export const skip = (what: string, why: Lines | null = null, fix: Lines | null = null): Finding =>
  finding('skip', what, why, fix)

/** Creates a finding. Its texts may come from servers, so this function makes them safe to show. */
function finding(status: Verdict, what: string, why: Lines | null, fix: Lines | null): Finding {
  const shown = (lines: Lines | null) => lines && printableLines(lines)
  return { status, what: printableLine(what), why: shown(why), fix: shown(fix) }
}

/** The subjects of all checks. Each promise resolves when its subject is known. */
export type Gathered = { readonly [Name in SubjectName]: Promise<Subjects[Name] | Missing> }

/**
 * Runs all checks at the same time. Each one starts when its subject is known.
 *
 * @returns the results, in the order of the checks
 * @throws {McpKeycloakError} `INTERRUPTED`
 */
export async function runChecks(
  checks: readonly Check[],
  subjects: Gathered,
  signal?: AbortSignal,
): Promise<readonly CheckResult[]> {
  const settled = await Promise.allSettled(
    checks.map(async (check): Promise<CheckResult> => {
      const { name, title, group, repair = null } = check
      const subject = subjects[check.asks]
      await subject.catch(() => {}) // the wait is not part of the check's own time
      const startedAt = performance.now()
      const finding = await answer(check, subject, signal)
      return { name, title, group, repair, ...finding, elapsedMs: Math.round(performance.now() - startedAt) }
    }),
  )
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason // interrupted; all checks have ended by now
    return one.value
  })
}

async function answer(
  check: Check,
  gathered: Gathered[SubjectName],
  signal: AbortSignal | undefined,
): Promise<Finding> {
  try {
    const subject = await gathered
    if (isMissing(subject)) return skip('not looked at', subject.missing, subject.fix)
    return await check.run(subject, signal)
  } catch (error) {
    if (error instanceof McpKeycloakError && error.code !== 'INTERRUPTED') return faultOf(error)
    if (error instanceof McpKeycloakError) throw error
    const { message, cause } = error as Error
    const reason = [message, (cause as Error | undefined)?.message].filter(Boolean).join(': ')
    return fail(
      'this could not be found out',
      reason,
      'Run it again; if it stays, report it with that sentence.',
    )
  }
}

/** Converts an error to a finding. */
export function faultOf({ message, why, fix }: McpKeycloakError): Finding {
  return fail(message.replace(/\.$/, ''), why.split('\n'), fix.split('\n'))
}
