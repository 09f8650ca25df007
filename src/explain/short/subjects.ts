import { FAULTS, type Fault, FILLER } from './faults.ts'
import { REGISTRATION, THINGS } from './things.ts'
import { wordPattern } from './words.ts'

/** A thing with its failures by fault. */
interface Subject {
  readonly words: RegExp
  readonly failures: ReadonlyMap<string, readonly string[]>
  readonly beside: RegExp | undefined
}

/** The things that people name, read from their table. */
export const SUBJECTS: readonly Subject[] = THINGS.trim().split('\n').map(subjectOf)

function subjectOf(row: string): Subject {
  const [words = '', failures = '', beside] = row.replace('<registration>', REGISTRATION).split(' ; ')
  const each = failures.split(', ').flatMap((one) => {
    const [faults = '', ids = ''] = one.split(' -> ')
    return faults.split(' ').map((fault) => [fault, ids.split(' ')] as const)
  })
  return {
    words: wordPattern(words),
    failures: new Map(each),
    beside: beside === undefined ? undefined : wordPattern(beside),
  }
}

/** A fault that is none. */
const NO_FAULT = wordPattern(
  '(?:no|without|any) (?:more )?(?:errors?|issues?|problems?|troubles?)|not (?:a|an) (?:bug|issue|problem)',
)

/**
 * Finds the failures that a few words name: a thing and its fault, in any order, and nothing else that could have a
 * meaning.
 *
 * @param words as `wordsOf` gives them
 * @returns ids of failures, at most three
 */
export function namedFailures(words: string): readonly string[] {
  if (words.match(NO_FAULT)) return []
  for (const { words: thing, failures, beside } of SUBJECTS) {
    const rest = without(words, thing)
    if (rest === words) continue
    const ids = failures.get(faultIn(rest, failures))
    if (ids && isEmpty(rest, beside)) return ids
  }
  return []
}

/** The first fault that has failures. Words of a more precise fault do not count for another one. */
function faultIn(words: string, failures: Subject['failures']): string {
  let rest = words
  for (const fault of Object.keys(FAULTS) as Fault[]) {
    const next = without(rest, FAULTS[fault])
    if (next !== rest && failures.has(fault)) return fault
    rest = next
  }
  return 'any'
}

/** Whether only words without a meaning are left, and words of faults. */
export function isEmpty(rest: string, beside?: RegExp): boolean {
  const patterns = [...(beside ? [beside] : []), ...Object.values(FAULTS), FILLER]
  return patterns.reduce(without, rest).trim() === ''
}

/** Removes words, and leaves blanks around the others. */
function without(words: string, pattern: RegExp): string {
  return words.replace(pattern, '').replace(/ +/g, ' ')
}
