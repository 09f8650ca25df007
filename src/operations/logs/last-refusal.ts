import { type Explanation, explainFailure, idsIn } from '../../explain/explain.ts'
import { joinLog } from '../../explain/join-log.ts'
import type { RealmContext } from '../../explain/known-failure.ts'
import { parseLogEntry } from '../../keycloak/log/log-entry.ts'

/** Finds the last refusal in a server's log that may match a text and has more details. */
export type LastRefusal = (
  inText: Explanation,
) => { readonly atMs: number; readonly explanation: Explanation } | undefined

/**
 * Reads the refusals in a server's log, except those of other realms.
 *
 * @param utc whether the log's times are in UTC
 */
export function lastRefusalIn(log: readonly string[], utc: boolean, realm: RealmContext): LastRefusal {
  const join = joinLog()
  const entries = log.flatMap((line) => parseLogEntry(line, utc) ?? [])
  const refusals = [...entries.flatMap(join.push), ...join.flush(Number.POSITIVE_INFINITY)]
    .filter(({ event }) => [undefined, realm.realm ?? event?.realm].includes(event?.realm))
    .flatMap((one) => {
      const ids = idsIn(one)
      return explainFailure(one, realm).map((explanation) => ({ atMs: one.atMs, ids, explanation }))
    })
  return (inText) =>
    refusals.findLast(({ ids, explanation }) => ids.includes(inText.id) && saysMore(explanation, inText))
}

/** Whether the log has a culprit that the text lacks, or is clear and the text is vague. */
function saysMore(inLog: Explanation, inText: Explanation): boolean {
  if (inLog.id === inText.id) return inLog.culprit !== undefined
  return inText.vague && !inLog.vague && inLog.topic === inText.topic
}
