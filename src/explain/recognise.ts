import { printableLine } from '../printable.ts'
import { KNOWN_FAILURES } from './all.ts'
import { eventOfLine } from './event-line.ts'
import type { EventPattern, Facts, KeycloakEvent, KnownFailure } from './known-failure.ts'
import { continuation, isWrapped, plainText } from './plain-text.ts'

/** All patterns as one pattern for each case rule: nearly every log line matches none of them. */
const ANY_FAILURE = ['', 'i'].map((flags) => {
  const patterns = KNOWN_FAILURES.flatMap(({ text }) => text).filter((pattern) => pattern.flags === flags)
  return new RegExp(patterns.map(({ source }) => source.replace(/\(\?<\w+>/g, '(?:')).join('|'), flags)
})

/** Characters. A message is shorter than the overlap. */
const PIECE = 4000
const PIECE_OVERLAP = 400

/** A recognised failure with its facts. */
export interface Recognised {
  readonly failure: KnownFailure
  readonly facts: Facts
}

/** Finds the failures in an event of Keycloak. */
export function recogniseEvent(event: KeycloakEvent): readonly Recognised[] {
  return KNOWN_FAILURES.flatMap((failure) => {
    for (const pattern of failure.events ?? []) {
      const facts = matchEvent(pattern, event)
      if (facts) return [{ failure, facts }]
    }
    return []
  })
}

/**
 * Finds the failures that begin in a line.
 *
 * @param following the lines after it, for a wrapped message
 */
export function recogniseLine(line: string, following: readonly string[] = []): readonly Recognised[] {
  if (line.trim() === '') return []
  const found = pieces(line).flatMap((piece) => recognisePiece(plainText(piece), following))
  return [...new Map(found.map((one) => [one.failure, one])).values()]
}

/** Cuts a long line, such as a bundled script, into overlapping pieces. */
function pieces(line: string): readonly string[] {
  const count = Math.max(1, Math.ceil((line.length - PIECE_OVERLAP) / (PIECE - PIECE_OVERLAP)))
  return Array.from({ length: count }, (_, index) => {
    const start = index * (PIECE - PIECE_OVERLAP)
    return line.slice(start, start + PIECE)
  })
}

function recognisePiece(first: string, following: readonly string[]): readonly Recognised[] {
  const event = eventOfLine(first)
  if (event) return recogniseEvent(event)
  const text = `${first} ${continuation(following)}`
  if (!ANY_FAILURE.some((pattern) => pattern.test(text))) return []
  const alone = isWrapped(following) ? [] : recogniseText(first, first.length)
  return alone.length > 0 ? alone : recogniseText(text, first.length)
}

/** Finds the failures that begin in the first `length` characters of a text. */
function recogniseText(text: string, length: number): readonly Recognised[] {
  return KNOWN_FAILURES.flatMap((failure) => {
    const matches = failure.text
      .map((pattern) => pattern.exec(text))
      .filter((match) => match !== null && match.index < Math.max(length, 1))
    if (matches.length === 0) return []
    return [{ failure, facts: Object.assign({}, ...matches.map((match) => given(match?.groups))) as Facts }]
  })
}

/** Removes vague failures where a clear failure of the same topic exists. */
export function withoutVague<R extends Recognised>(found: readonly R[]): readonly R[] {
  const clear = new Set(found.filter(({ failure }) => !failure.vague).map(({ failure }) => failure.topic))
  const best = found.filter(({ failure }) => !failure.vague || !clear.has(failure.topic))
  // Of several vague failures of one topic, the first is the most precise.
  return best.filter(
    ({ failure }, index) =>
      !failure.vague ||
      best.findIndex((one) => one.failure.topic === failure.topic && one.failure.vague) === index,
  )
}

function matchEvent(pattern: EventPattern, event: KeycloakEvent): Facts | undefined {
  if (pattern.error !== undefined && pattern.error !== event.error) return undefined
  const details = Object.entries(pattern.details ?? {})
  const matches = [
    ...(pattern.type ? [pattern.type.exec(event.type)] : []),
    ...(pattern.clientId ? [pattern.clientId.exec(event.clientId ?? '')] : []),
    ...details.map(([name, value]) => value.exec((event.details[name] ?? '').slice(0, PIECE))),
  ]
  if (matches.includes(null)) return undefined
  return Object.assign({}, ...matches.map((match) => given(match?.groups))) as Facts
}

/** Makes facts safe for sentences and commands, because the text is untrusted. */
function given(groups: Readonly<Record<string, string | undefined>> | undefined): Facts {
  return Object.fromEntries(
    Object.entries(groups ?? {}).flatMap(([name, value]) => (value ? [[name, printableLine(value)]] : [])),
  )
}
