import { z } from 'zod'

/** A known failure, explained, as reports have it. */
export const explanationSchema = z.strictObject({
  /** Stable name of the failure. */
  id: z.string(),
  /** What happened, in one sentence. */
  what: z.string(),
  why: z.string(),
  /** A command where there is one; further lines are other ways. */
  fix: z.string(),
  /** Where more is said of it. */
  link: z.string(),
  /** The host, scope, URI … that is to blame; `null` when nothing names it. */
  culprit: z.string().nullable(),
})
