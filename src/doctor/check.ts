import { type Check, type Missing, runChecks } from '../checks/check.ts'
import type { Finding } from '../checks/finding.ts'
import type { SubjectName, Subjects } from './subjects.ts'

export { type Finding, fail, faultOf, ok, skip, warn } from '../checks/finding.ts'

/** The groups of checks, in display order. */
export const CHECK_GROUPS = ['machine', 'server', 'realm', 'clients'] as const

/** The parts of a realm that `--fix` can repair on the server without recreating the realm. */
export const REPAIRS = ['policies', 'client-policies', 'roles', 'scopes', 'users', 'clients'] as const
export type Repair = (typeof REPAIRS)[number]

/** A check of `doctor`. */
export interface DoctorCheck<Name extends SubjectName = SubjectName> extends Check<Subjects[Name]> {
  readonly group: (typeof CHECK_GROUPS)[number]
  /** The subject that the check examines. */
  readonly asks: Name
  /** The part of the realm that `--fix` repairs after a fault. */
  readonly repair?: Repair
}

/** A check and its finding. */
export interface CheckResult extends Finding, Pick<DoctorCheck, 'name' | 'title' | 'group'> {
  readonly repair: Repair | null
  readonly elapsedMs: number
}

/** The subjects of all checks. Each promise resolves when its subject is known. */
export type Gathered = { readonly [Name in SubjectName]: Promise<Subjects[Name] | Missing> }

/**
 * Runs the checks of `doctor`, all at the same time.
 *
 * @throws {McpKeycloakError} `INTERRUPTED`
 */
export async function runDoctorChecks(
  checks: readonly DoctorCheck[],
  subjects: Gathered,
  signal?: AbortSignal,
): Promise<readonly CheckResult[]> {
  const results = await runChecks<Subjects[SubjectName], DoctorCheck>(checks, ({ asks }) => subjects[asks], {
    signal,
  })
  return results.map(({ check: { name, title, group, repair = null }, finding, elapsedMs }) => ({
    name,
    title,
    group,
    repair,
    ...finding,
    elapsedMs,
  }))
}
