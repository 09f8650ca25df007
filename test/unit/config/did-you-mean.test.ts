import { expect, it } from 'vitest'

import { didYouMean } from '../../../src/config/did-you-mean.ts'

it.each([
  ['mcpURL', ['port', 'mcpUrl'], 'Did you mean "mcpUrl"?'],
  ['claude-cod', ['claude-desktop', 'claude-code'], 'Did you mean "claude-code"?'],
  ['zzzzzz', ['port', 'realm'], undefined],
  ['strict', [], undefined],
])('of %j among %j', (unknown, names, question) => {
  expect(didYouMean(unknown, names)).toBe(question)
})
