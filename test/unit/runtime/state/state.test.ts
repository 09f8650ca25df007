import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { adminCredentials } from '../../../../src/runtime/state/admin-credentials.ts'
import { withInstanceLock } from '../../../../src/runtime/state/instance-lock.ts'
import {
  type InstanceState,
  listInstances,
  readState,
  removeInstance,
  setStateAside,
  writeState,
} from '../../../../src/runtime/state/state.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** An instance with a folder, as `up` leaves it. */
async function writtenState(data: string) {
  return withInstanceLock(data, 'default', { waitMs: 0 }, async (folder) => {
    const state = {
      schemaVersion: 1 as const,
      instance: 'default',
      runtime: 'java' as const,
      version: '26.7.5',
      port: 8080,
      managementPort: 9000,
      features: [],
      startedAt: '2026-01-02T03:04:05.000Z',
      pid: 4711,
      processStart: 'boot 42',
      admin: await adminCredentials(data, 'default'),
      folder,
    }
    await writeState(state satisfies InstanceState)
    return state
  })
}

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

describe("an instance's state", () => {
  it('a state is read unchanged', async () => {
    const data = await tempFolder()
    const state = await writtenState(data)
    expect(await readState(data, 'default')).toEqual({ state })
  })

  it('is readable by its owner alone, and leaves no draft behind', async () => {
    const data = join(await tempFolder(), 'data')
    const { folder } = await writtenState(data)
    expect((await readdir(folder)).sort()).toEqual(['admin.json', 'state.json'])
    expect(await mode(folder)).toBe('700')
    for (const file of await readdir(folder))
      expect([file, await mode(join(folder, file))]).toEqual([file, '600'])
  })

  it('does not hold the password, which is in a file of its own', async () => {
    const { folder, admin } = await writtenState(await tempFolder())
    expect(await readFile(join(folder, 'state.json'), 'utf8')).not.toContain(admin.password)
    expect(JSON.parse(await readFile(join(folder, 'admin.json'), 'utf8'))).toEqual(admin)
  })

  it('need not be there', async () => {
    expect(await readState(await tempFolder(), 'default')).toEqual({ state: undefined })
  })

  it.each(['', 'garbage', '{}', '[]', '{"schemaVersion":2}', '{"schemaVersion":1,"instance":"default"}'])(
    'counts as damaged and stays until it is set aside; the administrator survives: %j',
    async (text) => {
      const data = await tempFolder()
      const { folder, admin } = await writtenState(data)
      await writeFile(join(folder, 'state.json'), text)
      const { state, damage } = await readState(data, 'default')
      expect(state).toBeUndefined()
      expect(damage).toBeTypeOf('string')
      expect(await readFile(join(folder, 'state.json'), 'utf8')).toBe(text)
      await setStateAside(folder)
      const aside = (await readdir(folder)).find((name) => name.startsWith('state.json.broken-')) ?? ''
      expect(await readFile(join(folder, aside), 'utf8')).toBe(text)
      expect(await adminCredentials(data, 'default')).toEqual(admin)
      expect(await readState(data, 'default')).toEqual({ state: undefined })
    },
  )

  it('counts as damaged when it is a folder, and can be written again', async () => {
    const data = await tempFolder()
    const state = await writtenState(data)
    await rm(join(state.folder, 'state.json'))
    await mkdir(join(state.folder, 'state.json'))
    expect((await readState(data, 'default')).damage).toContain('folder')
    await setStateAside(state.folder)
    await writeState(state)
    expect(await readState(data, 'default')).toEqual({ state })
  })

  it('counts as damaged when it is the state of another instance', async () => {
    const data = await tempFolder()
    const state = await writtenState(data)
    await writeState({ ...state, instance: 'other' })
    expect((await readState(data, 'default')).damage).toContain('"other"')
  })
})

describe("an instance's administrator", () => {
  it('the administrator is created once, with a random password', async () => {
    const [one, two] = [await tempFolder(), await tempFolder()]
    const passwords = [(await writtenState(one)).admin.password, (await writtenState(two)).admin.password]
    expect(passwords[0]).toMatch(/^[\w-]{24}$/)
    expect(passwords[0]).not.toBe(passwords[1])
    expect((await adminCredentials(one, 'default')).password).toBe(passwords[0])
  })
})

describe('instances', () => {
  it('are listed by their folders, and removed with all that is in them', async () => {
    const data = await tempFolder()
    expect(await listInstances(data)).toEqual([])
    const { folder } = await writtenState(data)
    await mkdir(join(data, 'instances', 'other'))
    await writeFile(join(data, 'instances', 'a-file'), '')
    expect((await listInstances(data)).toSorted()).toEqual(['default', 'other'])
    await removeInstance(data, 'default')
    expect(await listInstances(data)).toEqual(['other'])
    await expect(stat(folder)).rejects.toThrow('ENOENT')
  })
})
