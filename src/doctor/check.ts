import type { Finding, Verdict } from '../checks/finding.ts'
import { McpKeycloakError } from '../errors.ts'
import { printableLine, printableLines } from '../printable.ts'
import { isMissing, type Missing, type SubjectName, type Subjects } from './subjects.ts'

export type { Finding }

/** What a check is about, in the order in which they are shown. */
export const CHECK_GROUPS = ['machine', 'server', 'realm', 'clients'] as const

/** What of a realm `--fix` can put right on the server without making the realm anew. */
export const REPAIRS = ['policies', 'client-policies', 'roles', 'scopes', 'users', 'clients'] as const
export type Repair = (typeof REPAIRS)[number]

/** One question. */
export interface Check<Name extends SubjectName = SubjectName> {
  /** Stable word for programs: `trusted-hosts`. */
  readonly name: string
  /** The same for a person: `Trusted hosts`. */
  readonly title: string
  readonly group: (typeof CHECK_GROUPS)[number]
  /** What it looks at. */
  readonly asks: Name
  /** What `--fix` does about a fault. */
  readonly repair?: Repair
  /** Answers the question. An {@link McpKeycloakError} that it throws is a fault that was found. */
  run(subject: Subjects[Name], signal: AbortSignal | undefined): Finding | Promise<Finding>
}

/** A question and its answer. */
export interface CheckResult extends Finding {
  readonly name: string
  readonly title: string
  readonly group: Check['group']
  readonly repair: Repair | null
  readonly elapsedMs: number
}

/** A text of one line, or an array of lines. */
type Lines = string | readonly string[]

/** All is right. */
export const ok = (what: string, why: Lines | null = null): Finding => finding('ok', what, why, null)

/** It works, and should be known. */
export const warn = (what: string, why: Lines, fix: Lines): Finding => finding('warn', what, why, fix)

/** A fault. */
export const fail = (what: string, why: Lines, fix: Lines): Finding => finding('fail', what, why, fix)

/** It could not be looked at, or there is nothing to look at. */
export const skip = (what: string, why: Lines | null = null, fix: Lines | null = null): Finding =>
  finding('skip', what, why, fix)

/** Texts of servers are part of a finding: they are made safe to show. */
function finding(status: Verdict, what: string, why: Lines | null, fix: Lines | null): Finding {
  const shown = (lines: Lines | null) => lines && printableLines(lines)
  return { status, what: printableLine(what), why: shown(why), fix: shown(fix) }
}

/** What checks look at, each as soon as it is known. */
export type Gathered = { readonly [Name in SubjectName]: Promise<Subjects[Name] | Missing> }

/**
 * Answers all questions at the same time, each as soon as what it looks at is known.
 *
 * @returns the answers, in the order of the questions
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
      await subject.catch(() => {}) // what it waited for is not its own time
      const startedAt = performance.now()
      const finding = await answer(check, subject, signal)
      return { name, title, group, repair, ...finding, elapsedMs: Math.round(performance.now() - startedAt) }
    }),
  )
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason // interrupted: what each had begun is stopped by now
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

/** An error, as a finding. */
export function faultOf({ message, why, fix }: McpKeycloakError): Finding {
  return fail(message.replace(/\.$/, ''), why.split('\n'), fix.split('\n'))
}
