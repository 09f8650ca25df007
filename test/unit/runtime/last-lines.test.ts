import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { lastLines } from '../../../src/runtime/last-lines.ts'
import { tempFolder } from '../support/temp-folder.ts'

it('gives the last lines, without empty ones', async () => {
  const file = join(await tempFolder(), 'log')
  await writeFile(file, 'one\n\ntwo\nthree\n')
  expect(await lastLines(file, 2)).toEqual(['two', 'three'])
  expect(await lastLines(file, 9)).toEqual(['one', 'two', 'three'])
})

it('reads the end of a big file alone', async () => {
  const file = join(await tempFolder(), 'log')
  await writeFile(file, `${'x'.repeat(99)}\n`.repeat(20_000).concat('the end\n'))
  const lines = await lastLines(file, 100_000)
  expect(lines.length).toBeLessThan(1000)
  expect(lines.at(-1)).toBe('the end')
})

it('gives none of a file that is empty, or not there', async () => {
  const file = join(await tempFolder(), 'log')
  expect(await lastLines(file, 5)).toEqual([])
  await writeFile(file, '')
  expect(await lastLines(file, 5)).toEqual([])
})
