import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'

import { folders } from '../../src/config/folders.ts'
import { PINNED_VERSION } from '../../src/config/versions.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { serverProcesses } from '../../src/runtime/java/server-processes.ts'
import { cliJson } from '../helpers/program/cli.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'
import { downLeavesNothing, killUp, upAfterKill } from '../helpers/program/killed-up.ts'

// Other steps and times: scripts/soak-up.ts.

/** Time for a start that also builds the server, on a machine with much other work. */
const PATIENT_MS = 280_000

let instance: TestInstance
beforeAll(async () => {
  instance = await testInstance('java')
})
afterAll(() => instance[Symbol.asyncDispose]())

it('of two ups at once one starts the server and the other waits', async () => {
  await killUp(instance.env, 'Unpacking', 700)
  const [one, other] = await Promise.all([
    cliJson<UpReport>(['up', '--show-secrets'], instance.env),
    cliJson<UpReport>(['up', '--show-secrets'], instance.env),
  ])
  expect([one.alreadyRunning, other.alreadyRunning].sort()).toEqual([false, true])
  expect([one.realm, other.realm].sort()).toEqual(['created', 'unchanged'])
  expect([one.proof?.username, other.proof?.username]).toEqual(['testuser', 'testuser'])
  expect(one.endpoints).toEqual(other.endpoints)
  expect(one.admin).toEqual(other.admin)
  expect(await serverProcesses(instance.folder)).toHaveLength(2) // kc.sh and its JVM
})

it.each([0, 100, 400])('the next up finishes one that was killed %i ms after "Applying"', async (ms) => {
  const realm = ['--realm', `killed-${ms}`]
  await killUp(instance.env, 'Applying', ms, realm)
  const { realm: outcome, proof } = await upAfterKill(instance, realm)
  expect(['created', 'unchanged']).toContain(outcome)
  expect(proof).not.toBeNull()
})

it.each(['Starting', 'Applying'])(
  'an up that is killed at "%s" of a later start keeps the data',
  async (step) => {
    await downLeavesNothing(instance)
    await killUp(instance.env, step)
    expect(await upAfterKill(instance)).toMatchObject({ realm: 'unchanged' })
  },
)

it('down after killed ups leaves no server and no partial file', () => downLeavesNothing(instance))

it(
  "the next up finishes one that was killed during the server's build",
  async () => {
    await using fresh = await testInstance('java')
    const cache = await mkdtemp(join(tmpdir(), 'mcp-keycloak-cache-'))
    onTestFinished(() => rm(cache, { recursive: true, force: true }))
    const zip = `keycloak-${PINNED_VERSION}.zip`
    await symlink(join(folders({}).cache, zip), join(cache, zip))
    const timeout = { MCP_KEYCLOAK_TIMEOUT: String(PATIENT_MS / 1000) }
    const env = { ...fresh.env, ...timeout, MCP_KEYCLOAK_CACHE_FOLDER: cache }
    await killUp(env, 'Starting', 3000) // the build alone takes longer
    const { realm, proof } = await upAfterKill({ ...fresh, env })
    expect([realm, proof?.username]).toEqual(['created', 'testuser'])
    await downLeavesNothing({ ...fresh, env })
  },
  2 * PATIENT_MS,
)
