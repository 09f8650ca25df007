import { appendFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { followFile } from '../../../src/runtime/follow-file.ts'
import { tempFolder } from '../support/temp-folder.ts'

describe('a log file', () => {
  it('is read to its end, the last line too when it is not ended', async () => {
    const file = join(await tempFolder(), 'log')
    await writeFile(file, 'one\ntwo\nthr')
    const lines = await Array.fromAsync(followFile(file, { follow: false, signal: undefined }))
    expect(lines).toEqual(['one', 'two', 'thr'])
  })

  it('keeps a character that the end of a chunk cuts', async () => {
    const file = join(await tempFolder(), 'log')
    await writeFile(file, `${'a'.repeat(64 * 1024 - 1)}é\n`)
    const [line] = await Array.fromAsync(followFile(file, { follow: false, signal: undefined }))
    expect(line?.slice(-2)).toBe('aé')
  })

  it('has no lines when it is not there', async () => {
    const missing = join(await tempFolder(), 'none')
    expect(await Array.fromAsync(followFile(missing, { follow: false, signal: undefined }))).toEqual([])
  })

  it('a followed file yields appended lines and those of its replacement', async () => {
    const file = join(await tempFolder(), 'log')
    await writeFile(file, 'one\n')
    const enough = new AbortController()
    const seen: string[] = []
    for await (const line of followFile(file, { follow: true, signal: enough.signal })) {
      seen.push(line)
      if (line === 'one') await appendFile(file, 'two\n')
      if (line === 'two') {
        await rename(file, `${file}.1`)
        await writeFile(file, 'a new start\n')
      }
      if (line === 'a new start') enough.abort()
    }
    expect(seen).toEqual(['one', 'two', 'a new start'])
  })
})
