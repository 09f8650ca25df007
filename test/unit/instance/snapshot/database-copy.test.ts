import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { describe, expect, it } from 'vitest'

import {
  copyDatabase,
  replaceDatabase,
  type StoppedServer,
  undoReplacement,
} from '../../../../src/instance/snapshot/database-copy.ts'
import { databaseFile } from '../../../../src/runtime/java/carry-database.ts'
import { serverHome } from '../../../../src/runtime/java/install-server.ts'
import { javaRuntime } from '../../../../src/runtime/java/java.ts'
import { snapshotsFolder } from '../../../../src/runtime/state/snapshots.ts'
import type { InstanceState } from '../../../../src/runtime/state/state.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const VERSION = '26.7.5'

/** A stopped server with a database, an administrator and a key, all of the same age. */
async function server(age: string): Promise<StoppedServer> {
  const folder = await tempFolder()
  const state: InstanceState = {
    schemaVersion: 1,
    instance: 'default',
    runtime: 'java',
    version: VERSION,
    port: 8080,
    managementPort: 9000,
    features: [],
    admin: undefined,
    folder,
  }
  const stopped = { runtime: javaRuntime({ cache: folder, keycloakHome: undefined }), state }
  await become(stopped, age)
  return stopped
}

const database = ({ state }: StoppedServer) => databaseFile(serverHome(state.folder, VERSION))
const files = (stopped: StoppedServer) => [
  database(stopped),
  join(stopped.state.folder, 'admin.json'),
  join(stopped.state.folder, 'keys', 'shop.pem'),
]

async function become(stopped: StoppedServer, age: string): Promise<void> {
  for (const file of files(stopped)) {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, age, { mode: 0o600 })
  }
}

const agesOf = (stopped: StoppedServer) =>
  Promise.all(files(stopped).map((file) => readFile(file, 'utf8').catch(() => 'missing')))
const ages = (age: string) => [age, age, age]
const remains = async ({ state }: StoppedServer) => readdir(snapshotsFolder(state.folder))

describe('the replacement of a database', () => {
  it('brings the database and all files that belong to it', async () => {
    const stopped = await server('saved')
    const { folder, bytes } = await copyDatabase(stopped)
    await become(stopped, 'present')
    await writeFile(join(stopped.state.folder, 'keys', 'later.pem'), 'present')
    await replaceDatabase(stopped, folder, (await copyDatabase(stopped)).folder)
    expect([await agesOf(stopped), bytes]).toEqual([ages('saved'), 5])
    expect(await readdir(join(stopped.state.folder, 'keys'))).toEqual(['shop.pem'])
  })

  it('removes an administrator that the saved database does not know', async () => {
    const stopped = await server('saved')
    await rm(join(stopped.state.folder, 'admin.json'))
    const { folder } = await copyDatabase(stopped)
    await become(stopped, 'present')
    await replaceDatabase(stopped, folder, (await copyDatabase(stopped)).folder)
    expect(await agesOf(stopped)).toEqual(['saved', 'missing', 'saved'])
  })

  it.each(['before', 'in', 'after'] as const)('is taken back after a kill %s it', async (when) => {
    const stopped = await server('saved')
    const { folder } = await copyDatabase(stopped)
    await become(stopped, 'present')
    const { folder: old } = await copyDatabase(stopped)
    const killed: StoppedServer = {
      ...stopped,
      runtime: {
        ...stopped.runtime,
        putDatabase: async (state, file) => {
          if (when === 'before') return new Promise(() => {})
          await stopped.runtime.putDatabase(state, file)
          if (when === 'in') return new Promise(() => {})
          await rm(join(state.folder, 'keys'), { recursive: true })
          return new Promise(() => {})
        },
      },
    }
    void replaceDatabase(killed, folder, old)
    const isReached = async () =>
      (await agesOf(stopped)).join() ===
      { before: 'present,present,present', in: 'saved,present,present', after: 'saved,present,missing' }[when]
    await expect.poll(isReached).toBe(true)
    await expect.poll(() => readdir(stopped.state.folder)).toContain('replacing-database.json')
    expect(await undoReplacement(stopped)).toBe(true)
    expect(await agesOf(stopped)).toEqual(ages('present'))
    expect(await undoReplacement(stopped)).toBe(false)
    expect(await remains(stopped)).toEqual([])
  })

  it('is taken back when the disk refuses the new files', async () => {
    const stopped = await server('saved')
    const { folder } = await copyDatabase(stopped)
    await become(stopped, 'present')
    const { folder: old } = await copyDatabase(stopped)
    let calls = 0
    const full: StoppedServer = {
      ...stopped,
      runtime: {
        ...stopped.runtime,
        putDatabase: async (state, file) => {
          await stopped.runtime.putDatabase(state, file)
          if (++calls === 1) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
        },
      },
    }
    await expect(replaceDatabase(full, folder, old)).rejects.toThrow('no space')
    expect(await agesOf(stopped)).toEqual(ages('present'))
  })
})

it('a copy that fails leaves nothing', async () => {
  const stopped = await server('present')
  await rm(database(stopped))
  await expect(copyDatabase(stopped)).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' })
  expect(await remains(stopped)).toEqual([])
})
