/** The outcomes of a check: no fault, a warning, a fault, or not examined. */
export const VERDICTS = ['ok', 'warn', 'fail', 'skip'] as const
export type Verdict = (typeof VERDICTS)[number]

/** The result of one check of `doctor` or `verify`, safe to show. */
export interface Finding {
  readonly status: Verdict
  /** The observation, in one sentence without a full stop. */
  readonly what: string
  /** The reason for the fault, or a detail; `null` when there is none. */
  readonly why: string | null
  /** The command or edit that fixes the fault. */
  readonly fix: string | null
}
