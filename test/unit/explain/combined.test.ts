import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { scanText } from '../../../src/explain/scan.ts'

/** A text with its cause. */
interface Sample {
  readonly text: string
  /** The right causes: of some words two are right. */
  readonly causes: readonly string[]
  /** Values that the explanation shows. */
  readonly shows?: readonly string[]
}

const samples = (name: string): readonly Sample[] =>
  readFileSync(`test/fixtures/explain/${name}.jsonl`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

function firstOf(text: string) {
  const scan = scanText()
  for (const line of text.split('\n')) scan.push(line)
  return scan.findings()[0]
}

describe('the first explanation', () => {
  it.each(samples('combined').map((one) => [one.text.slice(0, 60), one] as const))(
    'of a log with several causes names the true one: %s',
    (_, { text, causes, shows = [] }) => {
      const first = firstOf(text)
      expect(causes, text).toContain(first?.cause)
      for (const value of shows)
        expect(JSON.stringify([first?.what, first?.why, first?.values])).toContain(value)
    },
  )

  it.each(samples('words').map((one) => [one.text.slice(0, 80), one] as const))(
    'of the words of a library names the cause: %s',
    (_, { text, causes }) => {
      expect(causes, text).toContain(firstOf(text)?.cause)
    },
  )
})
