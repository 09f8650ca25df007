import { printableLine } from '../printable.ts'
import { KNOWN_FAILURES } from './all.ts'
import { eventOfLine } from './event-line.ts'
import type { EventPattern, Facts, KeycloakEvent, KnownFailure } from './known-failure.ts'
import { continuation, isWrapped, messageOf, paragraph } from './reading/lines.ts'
import { neededText, squeezed } from './reading/needed-text.ts'
import { plainText, withoutSecrets } from './reading/plain-text.ts'

/** A pattern of a failure. */
interface Words {
  readonly failure: KnownFailure
  readonly pattern: RegExp
  /** The pattern for a text whose line ends were removed: each blank may be missing. */
  readonly glued: RegExp
  readonly needed: readonly string[]
}

/** The patterns that a text may match. */
export type Candidates = readonly Words[]

const ALL_WORDS: Candidates = KNOWN_FAILURES.flatMap((failure) =>
  failure.text.map((pattern) => ({ failure, pattern, glued: glued(pattern), needed: neededText(pattern) })),
)

/** Characters. A message is shorter than the overlap. */
const PIECE = 4000
const PIECE_OVERLAP = 400

/** Characters of a line. A longer line has its own candidates. */
const READ_TOGETHER = 400

/** Characters of a text that is read over several lines. */
const LONGEST_TEXT = 1500

/** The least characters of a line that a terminal cut in the middle of a word. */
const SHORTEST_CUT_LINE = 20

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

/** Finds the patterns that these lines may match. */
export function candidatesIn(lines: readonly string[]): Candidates {
  const [first = '', ...following] = lines
  const text = squeezed([plainText(first.slice(0, PIECE)), ...following.map(messageOf)].join(''))
  return ALL_WORDS.filter(({ needed }) => needed.length === 0 || needed.some((word) => text.includes(word)))
}

/**
 * Finds the failures that begin in a line.
 *
 * @param following the lines after it, for a wrapped message
 * @param candidates the patterns that the lines may match; default: those that {@link candidatesIn} finds
 */
export function recogniseLine(
  line: string,
  following: readonly string[] = [],
  candidates?: Candidates,
): readonly Recognised[] {
  if (line.trim() === '') return []
  const parts = pieces(line)
  const found = parts.flatMap((piece) =>
    recognisePiece(piece, following, piece.length > READ_TOGETHER ? undefined : candidates),
  )
  return [...new Map(found.map((one) => [one.failure, one])).values()]
}

/** Finds the failures in a short text, in upper or lower case. */
export function recogniseAnyCase(text: string): readonly Recognised[] {
  const any = candidatesIn([text]).map((one) => ({
    ...one,
    pattern: new RegExp(one.pattern.source, `${one.pattern.flags.replace('i', '')}i`),
  }))
  return any.length > 0 ? matchWords(any, text, text.length) : []
}

/** Cuts a long line, such as a bundled script, into overlapping pieces. */
function pieces(line: string): readonly string[] {
  const count = Math.max(1, Math.ceil((line.length - PIECE_OVERLAP) / (PIECE - PIECE_OVERLAP)))
  return Array.from({ length: count }, (_, index) => {
    const start = index * (PIECE - PIECE_OVERLAP)
    return line.slice(start, start + PIECE)
  })
}

/** A recognised failure with the place of its first word. */
interface Found extends Recognised {
  readonly index: number
}

function recognisePiece(
  piece: string,
  following: readonly string[],
  candidates: Candidates | undefined,
): readonly Recognised[] {
  const first = plainText(piece)
  const event = eventOfLine(first)
  if (event) return recogniseEvent(event)
  const words = candidates ?? candidatesIn([piece, ...following])
  if (words.length === 0) return []
  if (isWrapped(following)) return matchWords(words, `${first} ${continuation(following)}`, first.length)
  const alone = matchWords(words, first, first.length)
  const lines = paragraph(following)
  if (lines.length === 0) return alone
  const joined = matchWords(words, [first, ...lines].join(' ').slice(0, LONGEST_TEXT), first.length)
  const clear = alone.some(({ failure }) => !failure.vague)
  const found = clear
    ? alone
    : [...alone, ...joined.filter((one) => !alone.some((a) => a.failure === one.failure))]
  const isCut = first.length >= SHORTEST_CUT_LINE
  const glued = isCut
    ? matchWords(words, [first, ...lines].join('').slice(0, LONGEST_TEXT), first.length, 'glued')
    : []
  return found.length > 0 ? found.map((one) => completed(one, joined, glued)) : glued
}

/** Adds the facts that only the lines after the first have. */
function completed(one: Found, joined: readonly Found[], glued: readonly Found[]): Found {
  const [whole, unbroken] = [joined, glued].map((all) =>
    all.find(({ failure, index }) => failure === one.failure && index === one.index),
  )
  const isBroken = (name: string) => /^\S+:\/\/.* /.test(whole?.facts[name] ?? '') // a URL that the end of a line cut
  const kept = Object.entries(whole?.facts ?? {}).filter(
    ([name]) => !(unbroken?.facts[name] && isBroken(name)),
  )
  return { ...one, facts: { ...unbroken?.facts, ...Object.fromEntries(kept), ...one.facts } }
}

/** Finds the failures that begin in the first `length` characters of a text. */
function matchWords(
  words: Candidates,
  text: string,
  length: number,
  kind: 'pattern' | 'glued' = 'pattern',
): readonly Found[] {
  const found = new Map<KnownFailure, Found>()
  for (const one of words) {
    const match = one[kind].exec(text)
    if (match === null || match.index >= Math.max(length, 1)) continue
    const known = found.get(one.failure)
    const facts = { ...given(match.groups), ...known?.facts }
    found.set(one.failure, {
      failure: one.failure,
      facts,
      index: Math.min(match.index, known?.index ?? match.index),
    })
  }
  return [...found.values()]
}

/** Makes each blank of a pattern optional: a terminal that cuts a line may lose it. */
function glued({ source, flags }: RegExp): RegExp {
  return new RegExp(source.replace(/ (?![{*+?])/g, ' ?').replaceAll('\\s+', '\\s*'), flags)
}

/**
 * Removes vague failures where a clearer failure exists: of the same topic, or of any topic where the words are only the
 * frame of a failure. A failure that has nothing to do with Keycloak leaves nothing beside it.
 */
export function withoutVague<R extends Recognised>(found: readonly R[]): readonly R[] {
  return found.filter((one, index) => !found.some((other, at) => outranks(other, one, at < index)))
}

/** Whether a failure makes another one superfluous. */
export function outranks(
  { failure: better }: Recognised,
  { failure }: Recognised,
  isBefore: boolean,
): boolean {
  if (better === failure) return false
  if (better.cause === 'unrelated' && failure.cause !== 'unrelated') return true
  if (better.covers?.includes(failure.cause)) return true
  if (failure.covers?.includes(better.cause)) return false
  if (failure.vague === undefined || failure.cause === 'unrelated') return false
  // Of several frames, the last is the innermost.
  if (failure.vague === 'any') return better.vague !== 'any' || !isBefore
  if (better.topic !== failure.topic || better.vague === 'any') return false
  // Of several vague failures of one topic, the first is the most precise.
  return better.vague === undefined || isBefore
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
    Object.entries(groups ?? {}).flatMap(([name, value]) =>
      value ? [[name, printableLine(withoutSecrets(value))]] : [],
    ),
  )
}
