import { access, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import {
  ephemeralDataFolder,
  ownerlessRecords,
  removeEphemeralRecord,
  writeEphemeralRecord,
} from '../../../../src/runtime/state/ephemeral-record.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** A pid that no process can have. */
const NOBODY = 2 ** 30

/** Writes a note as this process does, and then changes who it belongs to. */
async function noted(data: string, name: string, changes: object = {}): Promise<string> {
  await mkdir(join(data, 'ephemeral'), { recursive: true })
  const record = await writeEphemeralRecord(data, { name })
  const file = join(data, 'ephemeral', `${name}.json`)
  await writeFile(file, JSON.stringify({ ...record, ...changes }))
  return file
}

async function ownerless(data: string): Promise<readonly string[]> {
  return (await ownerlessRecords(data)).map(({ name }) => name).toSorted()
}

describe('the note of what is to be removed', () => {
  it('has an owner for as long as the process lives that wrote it', async () => {
    const data = await tempFolder()
    const file = await noted(data, 'mine')
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ schemaVersion: 1, pid: process.pid })
    expect((await stat(file)).mode & 0o077).toBe(0)
    expect(await ownerless(data)).toEqual([])
  })

  it('has none when that process is gone, or another one has its pid', async () => {
    const data = await tempFolder()
    await noted(data, 'gone', { pid: NOBODY })
    await noted(data, 'other', { processStart: 'some other day' })
    await noted(data, 'mine')
    expect(await ownerless(data)).toEqual(['gone', 'other'])
  })

  it('goes with the folder that it is about, and with nothing else', async () => {
    const data = await tempFolder()
    const [gone, other] = [await noted(data, 'gone', { pid: NOBODY }), await noted(data, 'other')]
    await mkdir(join(ephemeralDataFolder(data, 'gone'), 'instances'), { recursive: true })
    await removeEphemeralRecord(data, 'gone')
    await expect(access(gone)).rejects.toThrow('ENOENT')
    await expect(access(ephemeralDataFolder(data, 'gone'))).rejects.toThrow('ENOENT')
    await access(other)
  })

  it('that is garbage, or leads out of the folder, is nobody’s', async () => {
    const data = await tempFolder()
    await noted(data, 'mine')
    await writeFile(join(data, 'ephemeral', 'garbage.json'), '{"pid":')
    await noted(data, 'strange', { pid: NOBODY, name: '../instances' })
    expect(await ownerless(data)).toEqual([])
  })

  it('is nowhere at the first time', async () => {
    expect(await ownerless(await tempFolder())).toEqual([])
  })
})
