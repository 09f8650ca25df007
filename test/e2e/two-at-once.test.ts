import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { folders } from '../../src/config/folders.ts'
import { PINNED_VERSION } from '../../src/config/versions.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { serverProcesses } from '../../src/runtime/java/server-processes.ts'
import { cliJson } from '../helpers/cli.ts'
import { type TestInstance, testInstance } from '../helpers/instance.ts'
import { downLeavesNothing, killUp, upAfterKill } from '../helpers/killed-up.ts'

// Other steps and times: scripts/soak-up.ts.

/** Time for a start that also builds the server, on a machine with much other work. */
const PATIENT_MS = 280_000

let instance: TestInstance
let cache: string
/** The instance with a cache that has the distribution and no built server. */
let env: TestInstance['env']
beforeAll(async () => {
  instance = await testInstance('java')
  cache = await mkdtemp(join(tmpdir(), 'mcp-keycloak-cache-'))
  const zip = `keycloak-${PINNED_VERSION}.zip`
  await symlink(join(folders({}).cache, zip), join(cache, zip))
  env = {
    ...instance.env,
    MCP_KEYCLOAK_CACHE_FOLDER: cache,
    MCP_KEYCLOAK_TIMEOUT: String(PATIENT_MS / 1000),
  }
})
afterAll(async () => {
  await instance[Symbol.asyncDispose]()
  await rm(cache, { recursive: true, force: true })
})

it(
  'two ups at once after kills while it unpacks and while it builds: one starts the server, the other waits',
  async () => {
    await killUp(env, 'Unpacking', 700)
    await killUp(env, 'Starting', 3000) // the build alone takes longer
    const [one, other] = await Promise.all([
      cliJson<UpReport>(['up', '--show-secrets'], env, 2 * PATIENT_MS),
      cliJson<UpReport>(['up', '--show-secrets'], env, 2 * PATIENT_MS),
    ])
    expect([one.alreadyRunning, other.alreadyRunning].sort()).toEqual([false, true])
    expect([one.realm, other.realm].sort()).toEqual(['created', 'unchanged'])
    expect([one.proof?.username, other.proof?.username]).toEqual(['testuser', 'testuser'])
    expect(one.endpoints).toEqual(other.endpoints)
    expect(one.admin).toEqual(other.admin)
    expect(await serverProcesses(instance.folder)).toHaveLength(2) // kc.sh and its JVM
  },
  3 * PATIENT_MS,
)

it.each([0, 100, 400])(
  'an up that is killed %i ms after "Applying" is finished by the next up',
  async (ms) => {
    const realm = ['--realm', `killed-${ms}`]
    await killUp(env, 'Applying', ms, realm)
    const { realm: outcome, proof } = await upAfterKill({ ...instance, env }, realm)
    expect(['created', 'unchanged']).toContain(outcome)
    expect(proof).not.toBeNull()
  },
)

it.each(['Starting', 'Applying'])(
  'an up that is killed at "%s" of a later start keeps the data',
  async (step) => {
    await downLeavesNothing({ ...instance, env })
    await killUp(env, step)
    expect(await upAfterKill({ ...instance, env })).toMatchObject({ realm: 'unchanged' })
  },
)

it('down after killed ups leaves no server and no partial file', () =>
  downLeavesNothing({ ...instance, env }))
