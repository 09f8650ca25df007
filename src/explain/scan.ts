import { ecosystemOf } from './ecosystems/all.ts'
import type { Ecosystem } from './ecosystems/ecosystem.ts'
import { type Explanation, explanationOf } from './explain.ts'
import type { RealmContext } from './known-failure.ts'
import { isWrapped, LOOK_AHEAD_LINES, messageOf, unwrapped } from './reading/lines.ts'
import { quotable } from './reading/plain-text.ts'
import { candidatesIn, outranks, type Recognised, recogniseLine } from './recognise.ts'
import { MOST_FAILURES } from './short/parts.ts'
import { explainShort } from './short/short-paste.ts'

/** A known failure in a text. */
export interface Finding extends Explanation {
  /** The first line with the failure, counted from 1. */
  readonly line: number
  /** Text of that line, without secrets. */
  readonly text: string
  /** Number of lines with the failure. */
  readonly count: number
  /** The programs that write such a message; `undefined` when nothing shows it. */
  readonly ecosystem: Ecosystem | undefined
}

/** Maximum distance between lines of one refusal, apart from wrapped lines. */
const NEAR_LINES = 10

/** Maximum distance between the frame of a failure and the failure itself: a stack is between them. */
const FRAME_LINES = 60

/** Maximum number of different failures in a client's log. */
const MOST_FINDINGS = 200

/** Lines around a failure that may name its values. */
const BEFORE_LINES = 3
const AFTER_LINES = 8

/** Characters of a line that are read for that. */
const QUOTED = 400

/** Lines of a paste that may be short, with the empty ones. */
const SHORT_LINES = 8

/** Lines whose candidates are found at once. */
const TOGETHER = 48

/** The beginning of an inner exception, or an event: the server knows the reason for what a client reports. */
const INNER = /Caused by:|--->|\[cause\]|\btype="?[A-Z_]+_ERROR\b/

interface Hit {
  readonly recognised: Recognised
  readonly line: number
  readonly text: string
  readonly at: number[]
  /** The line, the lines before it from the nearest on, and the lines after it. */
  readonly message: string
  readonly inner: boolean
}

/** Finds every known failure in a text, line by line. */
export function scanText(): {
  push(line: string): void
  findings(realm?: RealmContext): readonly Finding[]
  /** The programs that most of the text is from. */
  ecosystem(): Ecosystem | undefined
} {
  const hits = new Map<string, Hit>()
  let lineNumber = 0
  /** The last line of a message with a failure. */
  let lastRead = 0
  let previous: readonly string[] = []
  const ecosystems = new Map<Ecosystem, number>()
  let waiting: string[] = []
  const first: string[] = []
  const look = (count: number) => {
    const candidates = candidatesIn(waiting)
    countOne(ecosystems, ecosystemOf(waiting.slice(0, count).map(messageOf).join('\n')))
    for (let index = 0; index < count; index++) {
      lineNumber++
      const line = waiting[index] ?? ''
      const following = waiting.slice(index + 1, index + 1 + LOOK_AHEAD_LINES)
      const isRest = isWrapped([line.slice(0, QUOTED)]) && lineNumber === lastRead + 1
      if (isRest) lastRead = lineNumber
      const found = isRest ? [] : recogniseLine(line, following, candidates)
      if (found.length > 0) lastRead = lineNumber
      for (const recognised of found) keep(recognised, line, following)
      previous = [...previous.slice(1 - BEFORE_LINES), line.slice(-QUOTED)]
    }
    waiting = waiting.slice(count)
  }
  const keep = (recognised: Recognised, line: string, following: readonly string[]) => {
    const { failure, facts } = recognised
    const key = `${failure.id}\n${failure.culprit?.(facts) ?? ''}`
    const known = hits.get(key)
    if (known) known.at.push(lineNumber)
    else if (hits.size < MOST_FINDINGS)
      hits.set(key, {
        recognised,
        line: lineNumber,
        text: quotable(unwrapped(line, following)),
        at: [lineNumber],
        message: [line.slice(0, QUOTED), ...previous.toReversed(), ...following.slice(0, AFTER_LINES)]
          .map(messageOf)
          .join('\n'),
        inner: INNER.test(line.slice(0, QUOTED)) || INNER.test(previous.at(-1) ?? ''),
      })
  }
  return {
    push(line) {
      if (first.length <= SHORT_LINES) first.push(line)
      waiting.push(line)
      if (waiting.length >= TOGETHER + LOOK_AHEAD_LINES) look(TOGETHER)
    },
    findings(realm = {}) {
      while (waiting.length > 0) look(Math.min(TOGETHER, waiting.length))
      if (hits.size === 0 && first.length <= SHORT_LINES) return shortFindings(first, realm)
      return clearest([...hits.values()]).map(({ recognised, line, text, message, at }) => {
        const ecosystem = ecosystemOf(message) ?? most(ecosystems)
        const explanation = explanationOf(recognised, recognised.facts.realm, realm, {
          text: message,
          ecosystem,
        })
        return { ...explanation, line, text, count: at.length, ecosystem }
      })
    },
    ecosystem: () => most(ecosystems),
  }
}

/** The failures that a paste of a few words names, each once. */
function shortFindings(lines: readonly string[], realm: RealmContext): readonly Finding[] {
  const findings = explainShort(lines).flatMap(({ recognised, sure, line, text }) =>
    recognised.map((one) => {
      const ecosystem = ecosystemOf(text)
      const explanation = explanationOf(one, undefined, realm, { text, ecosystem })
      const vague = explanation.vague || !sure
      return { ...explanation, vague, line, text: quotable(text), count: 1, ecosystem }
    }),
  )
  return findings
    .filter(({ id }, index) => findings.findIndex((other) => other.id === id) === index)
    .slice(0, MOST_FAILURES)
}

function countOne(counts: Map<Ecosystem, number>, ecosystem: Ecosystem | undefined): void {
  if (ecosystem) counts.set(ecosystem, (counts.get(ecosystem) ?? 0) + 1)
}

function most(counts: ReadonlyMap<Ecosystem, number>): Ecosystem | undefined {
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0]
}

/** Merges hits without a culprit into hits with one, and removes hits that a hit near them outranks. */
function clearest(hits: readonly Hit[]): readonly Hit[] {
  const culprit = ({ recognised: { failure, facts } }: Hit) => failure.culprit?.(facts)
  return hits
    .filter((hit, index) => !hit.at.every((line) => isExplained(hit, index, line, hits)))
    .flatMap((hit, _, kept) => {
      const same = kept.filter(({ recognised }) => recognised.failure === hit.recognised.failure)
      const nameless = same.find((other) => culprit(other) === undefined)
      if (nameless === undefined || same.length === 1) return [hit]
      if (hit === nameless) return []
      if (hit !== same.find((other) => other !== nameless)) return [hit]
      const first = nameless.line < hit.line ? nameless : hit
      return [{ ...hit, line: first.line, text: first.text, at: [...nameless.at, ...hit.at] }]
    })
    .sort(innermostFirst)
}

/** Orders by line. Of several exceptions of one stack, the inner one is first. */
function innermostFirst(one: Hit, other: Hit): number {
  const distance = one.line - other.line
  if (one.inner !== other.inner && Math.abs(distance) <= FRAME_LINES) return one.inner ? -1 : 1
  return distance
}

function isExplained(hit: Hit, index: number, line: number, hits: readonly Hit[]): boolean {
  const { failure } = hit.recognised
  return hits.some(({ recognised, at }, position) => {
    // A stack is between a connection that failed and the request that needed it.
    const isCovered =
      failure.cause === 'host-unreachable' && recognised.failure.covers?.includes(failure.cause)
    const isFar = failure.vague === 'any' || isCovered
    return (
      outranks(recognised, hit.recognised, position < index) &&
      isNear(line, at, isFar ? FRAME_LINES : NEAR_LINES)
    )
  })
}

/** Whether a line is close to one of these sorted lines. */
function isNear(line: number, at: readonly number[], distance: number): boolean {
  let [low, high] = [0, at.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((at[middle] ?? 0) < line - distance) low = middle + 1
    else high = middle
  }
  return (at[low] ?? Number.POSITIVE_INFINITY) <= line + distance
}
