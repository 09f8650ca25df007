import { setTimeout as sleep } from 'node:timers/promises'

import { type Check, type RunOptions, runChecks } from '../checks/check.ts'
import { Fault, type Finding, faultOf, notAsked, warn } from '../checks/finding.ts'
import type { Evidence } from './doors/evidence.ts'
import type { Inspection } from './inspection.ts'

export { Fault, type Finding, fail, notAsked, ok, skip, warn } from '../checks/finding.ts'

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
  let stoppedAt = ''
  const onStop = (title: string) => {
    stoppedAt ||= title
  }
  const limited = checks.map((check) => whileItAnswers(withinTime(check, endsAt, timeMs), onStop))
  const results = await runChecks(limited, async () => inspection, { ...options, inOrder: true })
  const lost = inspection.lost()
  return results.map(({ check: { name, title }, finding }, index) => {
    const { url = null, ...shown } = lost && index === 0 ? stopFinding(lost, stoppedAt) : finding
    return { name, title, ...shown, url }
  })
}

/** Leaves out the check during which the server stops answering, and later ones. The first check reports the server. */
function whileItAnswers(check: VerifyCheck, onStop: (title: string) => void): VerifyCheck {
  const stopped = () => {
    onStop(check.title)
    return notAsked('the server stopped answering.')
  }
  return {
    ...check,
    async run(inspection, signal) {
      if (inspection.lost()) return stopped()
      try {
        const finding = await check.run(inspection, signal)
        return inspection.lost() && !('evidence' in finding) ? stopped() : finding
      } catch (error) {
        if (inspection.lost() && error instanceof Fault) return stopped()
        throw error
      }
    },
  }
}

/** The finding of a server that stopped. It names the check, because its requests may be the cause. */
function stopFinding({ finding }: Fault, title: string): Finding {
  const at = title && `It happened during the check "${title}". That one and later ones were not asked.`
  return faultOf(new Fault({ ...finding, why: [finding.why ?? '', at].flat().filter(Boolean) }))
}

/** Ends a check when the time for all checks is over. The check during which that happens reports it. */
function withinTime(check: VerifyCheck, endsAt: number, timeMs: number): VerifyCheck {
  if (!Number.isFinite(endsAt)) return check
  const seconds = `${timeMs / 1000} s`
  return {
    ...check,
    async run(inspection, signal) {
      const left = endsAt - Date.now()
      if (left <= 0) return notAsked(`the time for all checks (${seconds}) was over.`)
      const ended = new AbortController()
      // A timer may fire a millisecond early. The next check would then be asked.
      const over = sleep(left + 1, undefined, { signal: ended.signal }).then(() =>
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
