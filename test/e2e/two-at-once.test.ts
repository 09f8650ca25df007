import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { folders } from '../../src/config/folders.ts'
import { PINNED_VERSION } from '../../src/config/versions.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { serverProcesses } from '../../src/runtime/java/server-processes.ts'
import { lastLines } from '../../src/runtime/last-lines.ts'
import { logFile } from '../../src/runtime/log-file.ts'
import { cli, cliJson, start } from '../helpers/cli.ts'
import { type TestInstance, testInstance } from '../helpers/instance.ts'

/** Of a first start: after which step, and how long after it. What other instances have built is in the cache. */
const FIRST_START = [
  ['Unpacking', 700],
  ['Starting', 0],
  ['Starting', 1500],
  ['Starting', 4000],
  ['Applying', 100],
  ['Applying', 400],
] as const

/** Of a later start: from "nothing done yet" to "the realm is looked at". */
const LATER_START_MS = [300, 1500, 3000]

let instance: TestInstance
beforeAll(async () => {
  instance = await testInstance('java')
})
afterAll(() => instance[Symbol.asyncDispose]())

describe('two at once', () => {
  it('up: one starts the server, the other waits and reports the same', async () => {
    const [one, other] = await Promise.all([
      cliJson<UpReport>(['up', '--show-secrets'], instance.env),
      cliJson<UpReport>(['up', '--show-secrets'], instance.env),
    ])
    expect([one.alreadyRunning, other.alreadyRunning].sort()).toEqual([false, true])
    expect([one.realm, other.realm].sort()).toEqual(['created', 'unchanged'])
    expect(one.endpoints).toEqual(other.endpoints)
    expect(one.admin).toEqual(other.admin)
    expect(await serverProcesses(instance.folder)).not.toEqual([])
  })
})

/** Kills an `up` in the midst of it, and looks whether the next one and `down` work. */
async function killedUp(
  { env, folder }: TestInstance,
  step: string | undefined,
  ms: number,
): Promise<UpReport> {
  const begun = start(['up'], { env })
  if (step) {
    const said = new Promise<void>((resolve) =>
      begun.stderr.on('data', (text) => String(text).includes(step) && resolve()),
    )
    await Promise.race([said, begun])
  }
  await sleep(ms)
  begun.kill('SIGKILL')
  expect((await begun).signal).toBe('SIGKILL') // or it was done before, and nothing was tried
  const report = await cliJson<UpReport>(['up'], env).catch(async (cause: Error) => {
    const log = await lastLines(logFile(folder), 200)
    throw new Error([cause.message, ...log].join('\n'), { cause })
  })
  expect(
    report.warnings.filter((text) => !/left over|found by its process|^Finished the creation/.test(text)),
  ).toEqual([])
  const down = await cli(['down'], { env })
  expect({ exitCode: down.exitCode, servers: await serverProcesses(folder) }, down.stderr).toEqual({
    exitCode: 0,
    servers: [],
  })
  expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([])
  return report
}

describe('an up that is killed', () => {
  it.each(FIRST_START)(
    'at its first start, "%s" and %i ms, is made good by the next one',
    async (step, ms) => {
      await using fresh = await testInstance('java')
      const { realm, proof } = await killedUp(fresh, step, ms)
      expect(['created', 'unchanged']).toContain(realm)
      expect(proof).not.toBeNull()
    },
  )

  it('while the server builds itself is made good by the next one', async () => {
    await using fresh = await testInstance('java')
    const cache = await mkdtemp(join(tmpdir(), 'mcp-keycloak-cache-'))
    onTestFinished(() => rm(cache, { recursive: true }))
    const zip = `keycloak-${PINNED_VERSION}.zip`
    await symlink(join(folders({}).cache, zip), join(cache, zip))
    const env = { ...fresh.env, MCP_KEYCLOAK_CACHE_FOLDER: cache }
    expect(await killedUp({ ...fresh, env }, 'Starting', 5000)).toMatchObject({ realm: 'created' })
  })

  it.each(LATER_START_MS)('after %i ms leaves all that was there', async (ms) => {
    await cli(['down'], { env: instance.env })
    expect(await killedUp(instance, undefined, ms)).toMatchObject({ realm: 'unchanged' })
  })
})
