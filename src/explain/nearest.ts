import { KNOWN_FAILURES } from './all.ts'
import type { KnownFailure } from './known-failure.ts'
import { plainText } from './plain-text.ts'

/** Characters of a line that are compared. */
const LONGEST = 4000

/** Minimum share of the example's weight in a similar text. */
const LEAST_SHARE = 0.35

const words = (text: string) => new Set(text.toLowerCase().match(/[a-z][a-z_]{2,}/g) ?? [])

/** The words of each example. A word in many examples has little weight. */
const EXAMPLES = KNOWN_FAILURES.map((failure) => ({ failure, words: words(failure.example) }))
const weight = (word: string) => 1 / EXAMPLES.filter((example) => example.words.has(word)).length

/** Finds the known failure whose example is most similar to a text without a known failure. */
export function nearestFailure(lines: Iterable<string>): KnownFailure | undefined {
  let best: { readonly failure: KnownFailure; readonly share: number } | undefined
  for (const line of lines) {
    const seen = words(plainText(line.slice(0, LONGEST)))
    for (const example of EXAMPLES) {
      const all = [...example.words]
      const total = sum(all.map(weight))
      const share = total === 0 ? 0 : sum(all.filter((word) => seen.has(word)).map(weight)) / total
      if (share >= LEAST_SHARE && share > (best?.share ?? 0)) best = { failure: example.failure, share }
    }
  }
  return best?.failure
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
