import { expect, it } from 'vitest'

import { pad, table } from '../../../src/cli/table.ts'

it('aligns columns by what a terminal shows, also for CJK and emoji names', () => {
  expect(
    table([
      ['ab', 'x'],
      ['日本', 'y'],
      ['👩‍💻', 'z'],
    ]),
  ).toEqual(['ab    x', '日本  y', '👩‍💻    z'])
})

it('leaves no blank at the end of a line, and cuts nothing', () => {
  expect(
    table(
      [
        ['a', ''],
        ['long', 'b'],
      ],
      3,
    ),
  ).toEqual(['a', 'long   b'])
  expect(pad('日本', 5)).toBe('日本 ')
})
