import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { scanText } from '../../../src/explain/scan.ts'

/** A message of a real library, written by `scripts/provoke-messages.ts`. */
interface Provoked {
  readonly language: string
  readonly library: string
  readonly cause: string
  readonly text: string
}

const PROVOKED: readonly Provoked[] = readFileSync('test/fixtures/explain/provoked.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))

/** A message without a word of its language. */
const SHOWS_NOTHING = /^404 Not Found/

describe('explains what real libraries say', () => {
  it.each(PROVOKED.map((one) => [one.library, one.cause, one] as const))('%s: %s', (_, cause, one) => {
    const scan = scanText()
    for (const line of one.text.split('\n')) scan.push(line)
    const [finding] = scan.findings()
    const ecosystem = one.library === 'spring-security' ? 'spring' : one.language
    expect([finding?.cause, finding?.ecosystem?.name], one.text).toEqual([
      cause,
      SHOWS_NOTHING.test(one.text) ? undefined : ecosystem,
    ])
  })
})
