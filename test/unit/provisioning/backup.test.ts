import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeEach, describe, expect, it } from 'vitest'

import { newestBackup, writeBackup } from '../../../src/provisioning/backup.ts'
import { tempFolder } from '../support/temp-folder.ts'

let folder: string
const at = (day: number) => join(folder, 'backups', `mine-2026-01-0${day}T00-00-00.000Z.json`)
const others = ['mine-2-2026-01-01T00-00-00.000Z.json', 'mine-notes.json']

beforeEach(async () => {
  folder = await tempFolder()
  await mkdir(join(folder, 'backups'))
  for (const day of [1, 2, 3, 4, 5, 6]) await writeFile(at(day), '{}')
  for (const name of others) await writeFile(join(folder, 'backups', name), '{}')
})

describe('a backup', () => {
  it('is readable by its owner alone', async () => {
    const file = await writeBackup(folder, { realm: 'mine' })
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ realm: 'mine' })
    expect((await stat(file)).mode & 0o077).toBe(0)
  })

  it('five backups of a realm are kept, and the one it was created from', async () => {
    const file = await writeBackup(folder, { realm: 'mine' }, at(1))
    const kept = (await readdir(join(folder, 'backups'))).map((name) => join(folder, 'backups', name))
    const expected = [...others.map((name) => join(folder, 'backups', name)), at(1)]
    expect(kept.sort()).toEqual([...expected, at(3), at(4), at(5), at(6), file].sort())
  })

  it('is found by the name of its realm, the newest one', async () => {
    expect(await newestBackup(folder, 'mine')).toBe(at(6))
    expect(await newestBackup(folder, 'nowhere')).toBeUndefined()
    expect(await newestBackup(join(folder, 'nowhere'), 'mine')).toBeUndefined()
  })
})
