import { expect, it } from 'vitest'

import { nearestFailure } from '../../../src/explain/nearest.ts'

it.each([
  ['Standard exchange of tokens is not enabled for this client', 'token-exchange-off'],
  ['The Restart login cookie could not be found, it may have been deleted', 'cookie-not-found'],
])('nearestFailure finds the most similar failure: %s', (text, id) => {
  expect(nearestFailure(['something else', text])?.id).toBe(id)
})

it('nearestFailure finds nothing for an unrelated text', () => {
  expect(nearestFailure(['The quick brown fox', '', 'jumps over the lazy dog'])).toBeUndefined()
})
