import { expect, it } from 'vitest'

import { messageLines } from '../../../src/bridge/message-lines.ts'

async function linesOf(chunks: readonly string[], longest?: number) {
  async function* source() {
    yield* chunks
  }
  return Array.fromAsync(messageLines(source(), longest))
}

it('joins the chunks of a line', async () => {
  expect(await linesOf(['{"a"', ':1}\n{', '}\n', '\n', 'rest'])).toEqual(['{"a":1}', '{}', '', 'rest'])
})

it('reports each line that is too long once, and reads the next one', async () => {
  expect(await linesOf(['123456', '789', '012\nok\n1234567\nfine\n'], 5)).toEqual([
    undefined,
    'ok',
    undefined,
    'fine',
  ])
  expect(await linesOf(['123456', '7'], 5)).toEqual([undefined])
  expect(await linesOf(['1234', '567\n12345\n'], 5)).toEqual([undefined, '12345'])
})
