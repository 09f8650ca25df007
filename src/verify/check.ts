import { setTimeout as sleep } from 'node:timers/promises'

import { type Check, type RunOptions, runChecks } from '../checks/check.ts'
import { type Finding, skip, warn } from '../checks/finding.ts'
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
 * @param options `timeMs`: the time for all checks. Later ones are skipped. Default: no limit
 * @throws {McpKeycloakError} `INTERRUPTED`
 */
export async function runVerifyChecks(
  checks: readonly VerifyCheck[],
  inspection: Inspection,
  {
    timeMs = Number.POSITIVE_INFINITY,
    ...options
  }: Omit<RunOptions, 'inOrder'> & { readonly timeMs?: number },
): Promise<readonly CheckResult[]> {
  const endsAt = Date.now() + timeMs
  const limited = checks.map((check) => withinTime(check, endsAt, timeMs))
  const results = await runChecks(limited, async () => inspection, { ...options, inOrder: true })
  return results.map(({ check: { name, title }, finding: { url = null, ...finding } }) => ({
    name,
    title,
    ...finding,
    url,
  }))
}

/** Ends a check when the time for all checks is over. The check during which that happens reports it. */
function withinTime(check: VerifyCheck, endsAt: number, timeMs: number): VerifyCheck {
  if (!Number.isFinite(endsAt)) return check
  const seconds = `${timeMs / 1000} s`
  return {
    ...check,
    async run(inspection, signal) {
      const left = endsAt - Date.now()
      if (left <= 0) return skip(`Not asked, because the time for all checks (${seconds}) was over.`)
      const ended = new AbortController()
      const over = sleep(left, undefined, { signal: ended.signal }).then(() =>
        warn(
          `The time for all checks (${seconds}) is over.`,
          'The server answers slowly. What comes after this check was not asked.',
          'Give it more time with --max-time, or ask less with --quick.',
        ),
      )
      over.catch(() => {}) // the check was faster
      try {
        return await Promise.race([check.run(inspection, signal), over])
      } finally {
        ended.abort()
      }
    },
  }
}
