import { expect, it } from 'vitest'

import { nearestFailure } from '../../../src/explain/nearest.ts'

it.each([
  ['Standard exchange of tokens is not enabled for this client', 'token-exchange-off'],
  ['The Restart login cookie could not be found, it may have been deleted', 'cookie-not-found'],
])('finds what comes next to it: %s', (text, id) => {
  expect(nearestFailure(['something else', text])?.id).toBe(id)
})

it('finds nothing next to what has nothing in common with any', () => {
  expect(nearestFailure(['The quick brown fox', '', 'jumps over the lazy dog'])).toBeUndefined()
})
