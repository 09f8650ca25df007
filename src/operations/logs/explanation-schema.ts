import { z } from 'zod'

import { CAUSES } from '../../explain/causes.ts'

/** The explanation of a known failure in reports. */
export const explanationSchema = z.strictObject({
  /** Stable name of the failure. */
  id: z.string(),
  /** Stable name of the cause, which several failures may have. */
  cause: z.enum(CAUSES),
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
