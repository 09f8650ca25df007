import { type Explanation, explanationOf } from './explain.ts'
import type { RealmContext } from './known-failure.ts'
import { LOOK_AHEAD_LINES, quotable, unwrapped } from './plain-text.ts'
import { type Recognised, recogniseLine } from './recognise.ts'

/** A known failure in a text. */
export interface Finding extends Explanation {
  /** The first line with the failure, counted from 1. */
  readonly line: number
  /** Text of that line, without secrets. */
  readonly text: string
  /** Number of lines with the failure. */
  readonly count: number
}

/** Maximum distance between lines of one refusal, apart from wrapped lines. */
const NEAR_LINES = 10

/** Maximum number of different failures in a client's log. */
const MOST_FINDINGS = 200

interface Hit {
  readonly recognised: Recognised
  readonly line: number
  readonly text: string
  readonly at: number[]
}

/** Finds every known failure in a text, line by line. */
export function scanText(): { push(line: string): void; findings(realm?: RealmContext): readonly Finding[] } {
  const hits = new Map<string, Hit>()
  let lineNumber = 0
  const waiting: string[] = []
  const look = () => {
    const [line = '', ...following] = waiting
    lineNumber++
    for (const recognised of recogniseLine(line, following)) {
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
        })
    }
    waiting.shift()
  }
  return {
    push(line) {
      waiting.push(line)
      if (waiting.length > LOOK_AHEAD_LINES) look()
    },
    findings(realm = {}) {
      while (waiting.length > 0) look()
      return clearest([...hits.values()]).map(({ recognised, line, text, at }) => ({
        ...explanationOf(recognised, recognised.facts.realm, realm),
        line,
        text,
        count: at.length,
      }))
    },
  }
}

/** Merges hits without a culprit into hits with one, and removes vague hits near clear ones. */
function clearest(hits: readonly Hit[]): readonly Hit[] {
  const culprit = ({ recognised: { failure, facts } }: Hit) => failure.culprit?.(facts)
  return hits
    .filter((hit) => !hit.recognised.failure.vague || !hit.at.every((line) => isExplained(hit, line, hits)))
    .flatMap((hit, _, kept) => {
      const same = kept.filter(({ recognised }) => recognised.failure === hit.recognised.failure)
      const nameless = same.find((other) => culprit(other) === undefined)
      if (nameless === undefined || same.length === 1) return [hit]
      if (hit === nameless) return []
      if (hit !== same.find((other) => other !== nameless)) return [hit]
      const first = nameless.line < hit.line ? nameless : hit
      return [{ ...hit, line: first.line, text: first.text, at: [...nameless.at, ...hit.at] }]
    })
    .sort((one, other) => one.line - other.line)
}

function isExplained(vague: Hit, line: number, hits: readonly Hit[]): boolean {
  return hits.some(
    (hit) =>
      hit !== vague &&
      hit.recognised.failure.topic === vague.recognised.failure.topic &&
      (!hit.recognised.failure.vague || hits.indexOf(hit) < hits.indexOf(vague)) &&
      isNear(line, hit.at),
  )
}

/** Whether a line is close to one of these sorted lines. */
function isNear(line: number, at: readonly number[]): boolean {
  let [low, high] = [0, at.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((at[middle] ?? 0) < line - NEAR_LINES) low = middle + 1
    else high = middle
  }
  return (at[low] ?? Number.POSITIVE_INFINITY) <= line + NEAR_LINES
}
