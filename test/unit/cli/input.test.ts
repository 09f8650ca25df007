import { expect, it } from 'vitest'

import { linesOf } from '../../../src/cli/input.ts'

const lines = (...chunks: readonly string[]) => Array.fromAsync(linesOf(stream(chunks)))

async function* stream(chunks: Iterable<string>) {
  yield* chunks
}

it.each([
  [[], []],
  [['one'], ['one']],
  [['one\ntwo\n'], ['one', 'two']],
  [
    ['o', 'ne\nt', 'wo'],
    ['one', 'two'],
  ],
  [
    ['one\r', '\ntwo\r\n\r\nthree'],
    ['one', 'two', '', 'three'],
  ],
  [
    ['10 %\r20 %\r', '30 %\n'],
    ['10 %', '20 %', '30 %'],
  ],
])('makes lines of what comes in chunks: %j', async (chunks, expected) => {
  expect(await lines(...chunks)).toEqual(expected)
})

it('does not wait for the end of a line that has none', async () => {
  const endless = function* () {
    for (;;) yield '\0'.repeat(65_536)
  }
  const { value } = await linesOf(stream(endless())).next()
  expect(value?.length).toBeLessThan(1_100_000)
})
