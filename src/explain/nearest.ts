import { KNOWN_FAILURES } from './all.ts'
import type { KnownFailure } from './known-failure.ts'
import { plainText } from './reading/plain-text.ts'

/** Characters of a line that are compared. */
const LONGEST = 4000

/** Minimum share of the example's weight in a similar text. */
const LEAST_SHARE = 0.35

const words = (text: string) => new Set(text.toLowerCase().match(/[a-z][a-z_]{2,}/g) ?? [])

/** The words of each example, except of frames: any text has their few words. */
const EXAMPLES = KNOWN_FAILURES.filter(({ vague }) => vague !== 'any').map((failure) => ({
  failure,
  words: [...words(failure.example)],
}))

/** The weight of each word: a word in many examples has little. */
const WEIGHTS = new Map<string, number>()
for (const word of EXAMPLES.flatMap((example) => example.words)) {
  WEIGHTS.set(word, 1 / (1 / (WEIGHTS.get(word) ?? Number.POSITIVE_INFINITY) + 1))
}
const weightOf = (all: readonly string[]) => all.reduce((total, word) => total + (WEIGHTS.get(word) ?? 0), 0)

/** Finds the known failure whose example is most similar to a text without a known failure. */
export function nearestFailure(lines: Iterable<string>): KnownFailure | undefined {
  let best: { readonly failure: KnownFailure; readonly share: number } | undefined
  for (const line of lines) {
    const seen = words(plainText(line.slice(0, LONGEST)))
    for (const example of EXAMPLES) {
      const total = weightOf(example.words)
      const share = total === 0 ? 0 : weightOf(example.words.filter((word) => seen.has(word))) / total
      if (share >= LEAST_SHARE && share > (best?.share ?? 0)) best = { failure: example.failure, share }
    }
  }
  return best?.failure
}
