import { type Check, type RunOptions, runChecks } from '../checks/check.ts'
import type { Finding } from '../checks/finding.ts'
import type { Evidence } from './doors/evidence.ts'
import type { Inspection } from './inspection.ts'

export { Fault, type Finding, fail, ok, skip, warn } from '../checks/finding.ts'

/** A check of `verify`. */
export type VerifyCheck = Check<Inspection>

/** A finding with the requests that prove it. */
export interface ProvenFinding extends Finding {
  readonly evidence?: readonly Evidence[]
}

/** A check and its finding. */
export interface CheckResult extends Omit<ProvenFinding, 'url'>, Pick<VerifyCheck, 'name' | 'title'> {
  /** The address of the rule. */
  readonly url: string | null
}

/**
 * Runs the checks of `verify`, one after the other.
 *
 * @throws {McpKeycloakError} `INTERRUPTED`
 */
export async function runVerifyChecks(
  checks: readonly VerifyCheck[],
  inspection: Inspection,
  options: Omit<RunOptions, 'inOrder'>,
): Promise<readonly CheckResult[]> {
  const results = await runChecks(checks, async () => inspection, { ...options, inOrder: true })
  return results.map(({ check: { name, title }, finding: { url = null, ...finding } }) => ({
    name,
    title,
    ...finding,
    url,
  }))
}
