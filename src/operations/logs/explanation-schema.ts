import { z } from 'zod'

/** The explanation of a known failure in reports. */
export const explanationSchema = z.strictObject({
  /** Stable name of the failure. */
  id: z.string(),
  /** The failure, in one sentence. */
  what: z.string(),
  why: z.string(),
  /** A command if there is one; further lines are alternatives. */
  fix: z.string(),
  /** Address of the page about the failure. */
  link: z.string(),
  /** The host, scope or URI that caused the failure; `null` when unknown. */
  culprit: z.string().nullable(),
})
