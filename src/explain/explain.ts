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
  return withoutVague(mergeSame(recognise(evidence))).map((one) =>
    explanationOf(one, evidence.event?.realm, realm),
  )
}

/** The ids of all that was seen of one failure, also of what says less than others beside it. */
export function idsIn(evidence: Evidence): readonly string[] {
  return recognise(evidence).map(({ failure }) => failure.id)
}

/**
 * One explanation, in words.
 *
 * @param realm the realm that the evidence names
 */
export function explanationOf(
  { failure, facts }: Recognised,
  realm: string | undefined,
  context: RealmContext,
): Explanation {
  const culprit = failure.culprit?.(facts)
  const { id, topic, link, vague = false, stale = false } = failure
  const isOther = realm !== undefined && realm !== context.realm
  const where = isOther ? { ...context, realm, options: undefined } : context
  const { what, why, fix } = failure.explain(facts, culprit, where)
  return { id, what, why, fix: forRealm(fix, where), link, culprit, topic, vague, stale }
}

function recognise({ logLines = [], text = '', event }: Evidence): readonly Recognised[] {
  const lines = [...logLines, ...text.split('\n')]
  return [
    ...lines.flatMap((line, index) =>
      recogniseLine(line, lines.slice(index + 1, index + 1 + LOOK_AHEAD_LINES)),
    ),
    ...(event ? recogniseEvent(event) : []),
  ]
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
