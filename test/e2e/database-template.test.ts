import { mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { isThere } from '../../src/config/files/is-there.ts'
import { folders } from '../../src/config/folders.ts'
import { PINNED_VERSION } from '../../src/config/versions.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { DATABASE_FILE } from '../../src/runtime/database-template.ts'
import { databaseFile } from '../../src/runtime/java/carry-database.ts'
import { serverHome } from '../../src/runtime/java/install-server.ts'
import { probeJava } from '../../src/runtime/java/probe-java.ts'
import { serverProcesses } from '../../src/runtime/java/server-processes.ts'
import { logFile } from '../../src/runtime/log-file.ts'
import { BIN, cliJson, ownEnvironment, START_MS, start } from '../helpers/program/cli.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'
import { upAfterKill } from '../helpers/program/killed-up.ts'
import { canMount } from '../helpers/suite/machine.ts'
import { needs } from '../helpers/suite/needs.ts'

/** A folder on another disk than the cache, where the machine has one. */
const OTHER_DISK = '/dev/shm'

/** The line that Keycloak logs when it creates a database. */
const CREATED = 'Initializing master realm'

/** An RSA key in Keycloak's database: PKCS#1 in base64. */
const KEY = /MII[A-Za-z0-9+/]{100}/

const hasJdk = (await probeJava()).length > 0
const disks = await Promise.all([tmpdir(), OTHER_DISK].map((folder) => stat(folder).catch(() => undefined)))
const hasOtherDisk = disks[1] !== undefined && disks[0]?.dev !== disks[1].dev

const homeOf = ({ folder }: TestInstance) => serverHome(folder, PINNED_VERSION)

const createdItsDatabase = async ({ folder }: TestInstance) =>
  (await readFile(logFile(folder), 'utf8')).includes(CREATED)

/** The public keys of a realm. */
async function keysOf(issuer: string): Promise<string[]> {
  const response = await fetch(`${issuer}/protocol/openid-connect/certs`)
  const { keys } = (await response.json()) as { keys: { n: string }[] }
  return keys.map(({ n }) => n)
}

describe('the template of the database', needs(hasJdk, 'a JDK'), () => {
  let cache: string
  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), 'mcp-keycloak-cache-'))
    const shared = folders({ dataFolder: undefined, cacheFolder: undefined }).cache
    const known = (await readdir(shared).catch(() => [])).filter((name) => !name.startsWith('database-'))
    for (const name of known) await symlink(join(shared, name), join(cache, name))
  })
  afterAll(() => rm(cache, { recursive: true, force: true }))

  /** An instance that has nothing in the cache but what this file's tests leave there. */
  const instance = async (disk = tmpdir()) => {
    const own = await testInstance('java', disk)
    return { ...own, env: { ...own.env, MCP_KEYCLOAK_CACHE_FOLDER: cache } }
  }
  const templateFile = async () => {
    const name = (await readdir(cache)).find((name) => /^database-[^.]+\.[^.]+\.[^.]+$/.test(name))
    return join(cache, name ?? 'no template', DATABASE_FILE)
  }

  it("a kill during the template's creation leaves no keys and the next start works", async () => {
    await using killed = await instance()
    const copy = join(homeOf(killed), 'data', 'template')
    const begun = start(['up'], { env: killed.env })
    while (!(await isThere(copy))) await sleep(5)
    begun.kill('SIGKILL')
    expect((await begun).signal).toBe('SIGKILL')
    for (const { pid } of await serverProcesses(killed.folder)) process.kill(pid, 'SIGKILL')
    expect((await upAfterKill(killed)).proof).not.toBeNull()
    expect(await isThere(copy)).toBe(false)
  })

  it('has no keys, and gives a server on another disk keys of its own', async () => {
    await using first = await instance()
    await using second = await instance(hasOtherDisk ? OTHER_DISK : tmpdir())
    const { issuer } = (await cliJson<UpReport>(['up'], first.env)).endpoints
    const template = await templateFile()
    expect(KEY.test(await readFile(databaseFile(homeOf(first)), 'latin1'))).toBe(true)
    expect(KEY.test(await readFile(template, 'latin1'))).toBe(false)
    expect((await stat(dirname(template))).mode & 0o77).toBe(0)
    const { endpoints, proof } = await cliJson<UpReport>(['up'], second.env)
    expect(proof).not.toBeNull()
    expect(await createdItsDatabase(second)).toBe(false)
    const [theirs, own] = await Promise.all([keysOf(issuer), keysOf(endpoints.issuer)])
    expect(own.filter((key) => theirs.includes(key))).toEqual([])
  })

  it('is taken from a cache that cannot be written to', needs(canMount, 'root on Linux'), async () => {
    await using reader = await instance()
    const mounts = `mount --bind ${cache} ${cache}; mount -o remount,ro,bind ${cache}`
    const script = `${mounts} && ! touch ${cache}/x 2>/dev/null && exec "$@"`
    const started = await execa(
      'unshare',
      ['--mount', 'sh', '-c', script, 'sh', process.execPath, BIN, 'up'],
      {
        env: ownEnvironment(reader.env),
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
        timeout: START_MS,
      },
    )
    expect(started.exitCode, started.stderr).toBe(0)
    expect(await createdItsDatabase(reader)).toBe(false)
  })
})
