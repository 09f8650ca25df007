import { z } from 'zod'

import { KNOWN_FAILURES } from '../../explain/all.ts'
import { CAUSES } from '../../explain/causes.ts'

/** `explain --list --json`: all failures that `explain` knows. */
export const failureListSchema = z.strictObject({
  schemaVersion: z.literal(1),
  failures: z
    .array(
      z
        .strictObject({
          /** Stable name of the failure. */
          id: z.string(),
          cause: z.enum(CAUSES),
          /** A typical message. */
          symptom: z.string(),
          what: z.string(),
          why: z.string(),
          fix: z.string(),
          link: z.string(),
        })
        .readonly(),
    )
    .readonly(),
})

/** All failures that `explain` knows. */
export type FailureList = Readonly<z.infer<typeof failureListSchema>>

/** Lists all known failures by cause. */
export function failureList(): FailureList {
  const failures = KNOWN_FAILURES.map(({ id, cause, example, link, explain }) => ({
    ...{ id, cause, symptom: example },
    ...explain({}, undefined, {}),
    link,
  }))
  const byCause = (one: { cause: string }, other: { cause: string }) => (one.cause < other.cause ? -1 : 1)
  return {
    schemaVersion: 1,
    failures: failures.toSorted((one, other) => (one.cause === other.cause ? 0 : byCause(one, other))),
  }
}
