import { describe, expect, it } from 'vitest'

import { readCorpus } from '../../helpers/explain/explain-corpus.ts'
import { scoreEntry } from '../../helpers/explain/explain-score.ts'

const shares = (part: Parameters<typeof readCorpus>[0]) => {
  const scores = readCorpus(part).map((entry) => scoreEntry(entry).score)
  const share = (wanted: string) => scores.filter((score) => score === wanted).length / scores.length
  return { right: share('right'), wrong: share('wrong') }
}

describe('explain on the corpus of real messages', () => {
  it.each(['corpus', 'corpus-later'] as const)('explains the part to develop on: %s', (part) => {
    const { right, wrong } = shares(part)
    expect(right).toBeGreaterThanOrEqual(0.92)
    expect(wrong).toBeLessThanOrEqual(0.02)
  })
})
