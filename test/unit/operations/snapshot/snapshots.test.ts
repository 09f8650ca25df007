import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { DEFAULT_CONFIG } from '../../../../src/config/schema.ts'
import { snapshotDelete } from '../../../../src/operations/snapshot/snapshot-delete.ts'
import { snapshotLoad } from '../../../../src/operations/snapshot/snapshot-load.ts'
import { snapshotSave } from '../../../../src/operations/snapshot/snapshot-save.ts'
import { snapshotList } from '../../../../src/operations/snapshot/snapshots.ts'
import { newSnapshotFolder, writeSnapshot } from '../../../../src/runtime/state/snapshots.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** Options for an instance that was never started, with these snapshots by name and version. */
async function instanceWith(snapshots: Readonly<Record<string, string>>) {
  const dataFolder = await tempFolder()
  const folder = join(dataFolder, 'instances', 'default')
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'state.json'),
    JSON.stringify({
      schemaVersion: 1,
      instance: 'default',
      runtime: 'java',
      version: '26.7.5',
      port: 1,
      managementPort: 2,
    }),
  )
  let minute = 10
  for (const [name, version] of Object.entries(snapshots)) {
    const files = newSnapshotFolder()
    await mkdir(join(folder, 'snapshots', files), { recursive: true })
    await writeFile(join(folder, 'snapshots', files, 'database.mv.db'), '')
    const createdAt = `2026-11-30T09:${minute++}:00.000Z`
    await writeSnapshot(folder, {
      name,
      version,
      createdAt,
      bytes: 0,
      realms: ['shop'],
      features: [],
      folder: files,
    })
  }
  return { config: { ...DEFAULT_CONFIG, dataFolder }, folder }
}

describe('the snapshots of an instance', () => {
  it('are listed, the newest first', async () => {
    const { config } = await instanceWith({ one: '26.7.5', two: '26.7.5' })
    const { snapshots, warnings } = await snapshotList(config)
    expect([snapshots.map(({ name }) => name), warnings]).toEqual([['two', 'one'], []])
  })

  it('are listed beside a damaged one, whose files stay', async () => {
    const { config, folder } = await instanceWith({ one: '26.7.5', two: '26.7.5' })
    await writeFile(join(folder, 'snapshots', 'one.json'), '{')
    const { snapshots, warnings } = await snapshotList(config)
    expect(snapshots.map(({ name }) => name)).toEqual(['two'])
    expect(warnings).toEqual([expect.stringContaining('one.json: it is not JSON')])
    await snapshotDelete(config, 'two')
    expect((await readdir(join(folder, 'snapshots'))).length).toBe(3)
  })

  it('lose their files when they are deleted or replaced', async () => {
    const { config, folder } = await instanceWith({ one: '26.7.5' })
    expect(await snapshotDelete(config, 'one')).toMatchObject({ snapshot: { name: 'one' }, restarted: false })
    expect(await readdir(join(folder, 'snapshots'))).toEqual([])
  })
})

describe('a snapshot is refused', () => {
  it('with a name that is not known', async () => {
    const { config } = await instanceWith({ good: '26.7.5' })
    for (const run of [snapshotLoad, snapshotDelete])
      await expect(run(config, 'god')).rejects.toMatchObject({
        code: 'USAGE_INVALID',
        why: 'Did you mean "good"? There are: good.',
      })
  })

  it.each(['', '.', '../x', 'a/b', 'A', '-x', 'x'.repeat(65), 'a b'])('with the name %j', async (name) => {
    const { config } = await instanceWith({})
    await expect(snapshotSave(config, name)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  })

  it('of a newer Keycloak, before anything is asked', async () => {
    const { config } = await instanceWith({ next: '26.8.0' })
    const approve = () => Promise.reject(new Error('asked'))
    await expect(snapshotLoad(config, 'next', { approve })).rejects.toMatchObject({
      code: 'VERSION_UNSUPPORTED',
      fix: expect.stringContaining('--keycloak-version 26.8.0'),
    })
  })

  it('of an external Keycloak, of an unknown instance, and of one without a database', async () => {
    const { config } = await instanceWith({})
    await expect(snapshotList({ ...config, keycloakUrl: 'https://sso.example' })).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      why: expect.stringContaining('external Keycloak'),
    })
    await expect(snapshotSave({ ...config, instance: 'old' }, 'one')).rejects.toMatchObject({
      code: 'NOT_RUNNING',
    })
    await expect(snapshotSave(config, 'one')).rejects.toMatchObject({
      code: 'NOT_RUNNING',
      message: expect.stringContaining('"default"'),
    })
  })

  it('when the replacement is not approved', async () => {
    const { config } = await instanceWith({ good: '26.7.5' })
    const approve = () => Promise.reject(new Error('no'))
    for (const run of [snapshotSave, snapshotLoad, snapshotDelete])
      await expect(run(config, 'good', { approve })).rejects.toThrow('no')
    expect((await snapshotList(config)).snapshots).toHaveLength(1)
  })
})
