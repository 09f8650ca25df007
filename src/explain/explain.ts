import { type CommandTarget, DEFAULT_REALM, withTarget } from '../config/command.ts'
import type { Cause } from './causes.ts'
import { valuesIn } from './context-values.ts'
import type { Ecosystem } from './ecosystems/ecosystem.ts'
import { settingOf } from './ecosystems/setting.ts'
import type { Facts, KeycloakEvent, RealmContext, Topic } from './known-failure.ts'
import { LOOK_AHEAD_LINES } from './reading/lines.ts'
import { type Recognised, recogniseEvent, recogniseLine, withoutVague } from './recognise.ts'

/** The evidence of one failure, from a program or from the server. */
export interface Evidence {
  /** A program's output or input: the body of a response, the text of a page, an exception. */
  readonly text?: string | undefined
  /** The event that Keycloak stored. */
  readonly event?: KeycloakEvent | undefined
  /** Lines of the server's log from the same time. */
  readonly logLines?: readonly string[] | undefined
}

/** The explanation of a known failure. */
export interface Explanation {
  /** Stable name of the failure, for scripts. */
  readonly id: string
  /** Stable name of the cause, which several failures may have. */
  readonly cause: Cause
  readonly what: string
  readonly why: string
  /** A command if there is one; further lines are alternatives. */
  readonly fix: string
  /** Address of a page with details. */
  readonly link: string
  /** The host, scope or URI that causes the failure; `undefined` when the evidence does not name it. */
  readonly culprit: string | undefined
  /** Values in the evidence by name, such as `expected` and `got`. */
  readonly values: Facts
  /** The step of the flow. */
  readonly topic: Topic
  /** Whether another explanation of the same topic may be more precise. */
  readonly vague: boolean
  /** Whether the program must forget its client id. */
  readonly stale: boolean
}

/**
 * Explains one failure from all its evidence, the most precise explanation first. Returns nothing for an unknown failure. Pure.
 *
 * @param realm the realm of the failure, for the commands
 */
export function explainFailure(evidence: Evidence, realm: RealmContext = {}): readonly Explanation[] {
  return withoutVague(mergeSame(recognise(evidence))).map((one) =>
    explanationOf(one, evidence.event?.realm, realm),
  )
}

/** Lists the ids of all failures in the evidence, including less precise ones. */
export function idsIn(evidence: Evidence): readonly string[] {
  return recognise(evidence).map(({ failure }) => failure.id)
}

/** The program of a failure, and the words around it. */
export interface Surroundings {
  /** The message with the failure. */
  readonly text?: string
  readonly ecosystem?: Ecosystem | undefined
}

/**
 * Writes the sentences of one explanation.
 *
 * @param realm the realm that the evidence names
 */
export function explanationOf(
  { failure, facts }: Recognised,
  realm: string | undefined,
  context: RealmContext,
  { text = '', ecosystem }: Surroundings = {},
): Explanation {
  const culprit = failure.culprit?.(facts)
  const { id, cause, topic, link, vague, stale = false } = failure
  const isOther = realm !== undefined && realm !== context.realm
  const where = isOther ? { ...context, realm, options: undefined } : context
  const values = { ...valuesIn(text), ...facts }
  const { what, why, fix } = withTarget(targetOf(where), () => failure.explain(facts, culprit, where))
  const setting = settingOf(ecosystem, cause, values)
  return {
    ...{ id, cause, what, why, link, culprit, values, topic, stale },
    fix: setting === undefined ? fix : `${fix}\n${setting}`,
    vague: vague !== undefined,
  }
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

/** The target of the commands, with the realm of the failure. */
function targetOf({ realm, target }: RealmContext): CommandTarget {
  const usual = realm === DEFAULT_REALM && target?.realm === undefined
  return { ...target, ...(realm !== undefined && !usual && { realm }) }
}

/** Merges the facts of each failure: several places may each name a part of them. */
function mergeSame(seen: readonly Recognised[]): readonly Recognised[] {
  const merged = new Map<string, Recognised>()
  for (const { failure, facts } of seen) {
    merged.set(failure.id, { failure, facts: { ...merged.get(failure.id)?.facts, ...facts } })
  }
  return [...merged.values()]
}
