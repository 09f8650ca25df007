import { KNOWN_FAILURES } from '../all.ts'
import type { KnownFailure } from '../known-failure.ts'
import { FAULTS } from './faults.ts'
import { wordPattern, wordsOf } from './words.ts'

/** Most failures that a part of a message may have. */
export const MOST_FAILURES = 3

/** The words of each typical message. */
const EXAMPLES = KNOWN_FAILURES.map((failure) => ({ failure, words: wordsOf(failure.example) }))

/** A part of a message names a thing of OAuth. Other programs have lines such as "not found" too. */
const THINGS = wordPattern(
  'clients?|redirect|uris?|scopes?|clientscope|tokens?|realms?|audience|issuer|registration|hosts?|session|code|verifier|pkce|challenge|grant|authori[sz]ation|credentials|secret|kid|keys?|jwks?|signature|claims?|login|cookies?|consent|origin|account|offline|metadata|auth|oauth|cors|username|password|resource|mapper|protocolmapper|flow|users?|policy',
)

/** Words that faults have, and FAULTS does not have to know. */
const MORE_FAULTS = wordPattern('illegal|already|exceeded|stale|must|cannot|malformed|mismatching|rejected')

/**
 * Finds the failures whose typical message has these words, side by side. The words must name a thing and a fault,
 * because other programs have lines such as "not found" too.
 *
 * @param words as `wordsOf` gives them
 * @param least the least number of words
 */
export function failuresWithPart(words: string, least: number): readonly KnownFailure[] {
  const hasFault = [...Object.values(FAULTS), MORE_FAULTS].some((pattern) => words.match(pattern))
  if (!words.match(THINGS) || !hasFault || words.trim().split(' ').length < least) return []
  return EXAMPLES.filter((example) => example.words.includes(words))
    .toSorted((one, other) => one.words.length - other.words.length)
    .map(({ failure }) => failure)
}

/** Finds the failures whose event has an error code, such as `user_disabled`. */
export function failuresWithCode(code: string): readonly KnownFailure[] {
  return KNOWN_FAILURES.filter(({ events = [] }) => events.some(({ error }) => error === code))
}
