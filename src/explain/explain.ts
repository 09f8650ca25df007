import { addressed, DEFAULT_REALM } from '../config/addressed.ts'
import type { KeycloakEvent, RealmContext, Topic } from './known-failure.ts'
import { LOOK_AHEAD_LINES } from './plain-text.ts'
import { type Recognised, recogniseEvent, recogniseLine, withoutVague } from './recognise.ts'

/** What was seen of one failure, from whichever side. */
export interface Evidence {
  /** What a program got or shows: the body of an answer, the text of a page, an exception. */
  readonly text?: string | undefined
  /** The event that Keycloak keeps of it. */
  readonly event?: KeycloakEvent | undefined
  /** Lines of the server's log of that moment. */
  readonly logLines?: readonly string[] | undefined
}

/** A known failure, explained. */
export interface Explanation {
  /** Stable: scripts may branch on it. */
  readonly id: string
  readonly what: string
  readonly why: string
  /** A command where there is one; further lines are other ways. */
  readonly fix: string
  /** Where more is said of it. */
  readonly link: string
  /** The host, scope, URI … that is to blame; `undefined` when the evidence does not name it. */
  readonly culprit: string | undefined
  /** Where in the flow it happened. */
  readonly topic: Topic
  /** More is to be found out: another explanation of the same topic may say it clearly. */
  readonly vague: boolean
  /** A program has to forget its client id. */
  readonly stale: boolean
}

/**
 * Explains one failure from all that was seen of it; the clearest first, nothing when it is not known. Pure.
 *
 * @param realm where it happened, so that the commands fit
 */
export function explainFailure(evidence: Evidence, realm: RealmContext = {}): readonly Explanation[] {
  const lines = [...(evidence.logLines ?? []), ...(evidence.text ?? '').split('\n')]
  const seen = [
    ...lines.flatMap((line, index) =>
      recogniseLine(line, lines.slice(index + 1, index + 1 + LOOK_AHEAD_LINES)),
    ),
    ...(evidence.event ? recogniseEvent(evidence.event) : []),
  ]
  const context = { ...realm, realm: evidence.event?.realm ?? realm.realm }
  return withoutVague(mergeSame(seen)).map((one) => explanationOf(one, context))
}

/** One explanation, in words. */
export function explanationOf({ failure, facts }: Recognised, realm: RealmContext): Explanation {
  const culprit = failure.culprit?.(facts)
  const { id, topic, link, vague = false, stale = false } = failure
  const { what, why, fix } = failure.explain(facts, culprit, realm)
  return { id, what, why, fix: forRealm(fix, realm), link, culprit, topic, vague, stale }
}

/** The commands, for the realm in which it happened. */
function forRealm(fix: string, { realm, target }: RealmContext): string {
  const usual = realm === DEFAULT_REALM && target?.realm === undefined
  return addressed(fix, { ...target, ...(realm !== undefined && !usual && { realm }) })
}

/** What was seen of one failure in several places, put together: each may name another part of it. */
function mergeSame(seen: readonly Recognised[]): readonly Recognised[] {
  const merged = new Map<string, Recognised>()
  for (const { failure, facts } of seen) {
    merged.set(failure.id, { failure, facts: { ...merged.get(failure.id)?.facts, ...facts } })
  }
  return [...merged.values()]
}
