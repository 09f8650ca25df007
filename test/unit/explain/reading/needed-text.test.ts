import { expect, it } from 'vitest'

import { KNOWN_FAILURES } from '../../../../src/explain/all.ts'
import { ECOSYSTEMS } from '../../../../src/explain/ecosystems/all.ts'
import { neededText, squeezed } from '../../../../src/explain/reading/needed-text.ts'
import { readCorpus } from '../../../helpers/explain/explain-corpus.ts'

it.each<readonly [RegExp, readonly string[]]>([
  [/^\d+ zebra/, ['zebra']],
  [/zebra|quokka/, ['zebra', 'quokka']],
  [/(?:zebra|quokka) a/, ['zebra', 'kka']],
  [/zebras?/, ['zebra']],
  [/\w+/, []],
])('neededText finds what a match of %s has', (pattern, needed) => {
  const found = neededText(pattern)
  expect(found.length).toBe(needed.length)
  for (const text of needed) expect(found.some((one) => text.includes(one) || one.includes(text))).toBe(true)
})

it('a text that matches a pattern has one of its needed texts', () => {
  const patterns = [
    ...KNOWN_FAILURES.flatMap(({ text }) => text),
    ...ECOSYSTEMS.flatMap(({ signs }) => signs),
  ]
  const texts = [
    ...KNOWN_FAILURES.map(({ example }) => example),
    ...readCorpus('corpus').map(({ message }) => message),
  ]
  for (const pattern of patterns) {
    const needed = neededText(pattern)
    for (const text of texts) {
      const match = pattern.exec(text)?.[0]
      if (match && needed.length > 0)
        expect(
          needed.some((one) => squeezed(match).includes(one)),
          `${pattern}`,
        ).toBe(true)
    }
  }
})

it('nearly every pattern has a needed text', () => {
  const patterns = KNOWN_FAILURES.flatMap(({ text }) => text)
  const without = patterns.filter((pattern) => neededText(pattern).length === 0)
  expect(without.length / patterns.length).toBeLessThan(0.03)
})
