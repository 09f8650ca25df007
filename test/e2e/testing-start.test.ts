import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'

import { ephemeralFolder } from '../../src/config/folders.ts'
import { probeJava } from '../../src/runtime/java/probe-java.ts'
import { ephemeralDataFolder } from '../../src/runtime/state/ephemeral-record.ts'
import { readState } from '../../src/runtime/state/state.ts'
import { startKeycloak } from '../../src/testing/index.ts'
import { fakeHome } from '../helpers/program/fake-home.ts'
import { hasCompose } from '../helpers/suite/machine.ts'
import { needs } from '../helpers/suite/needs.ts'

const INDEX = fileURLToPath(new URL('../../dist/testing/index.js', import.meta.url))
const hasJava = (await probeJava()).length > 0

let data: string
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'mcp-keycloak-start-'))
})
beforeEach(() => {
  vi.stubEnv('MCP_KEYCLOAK_DATA_FOLDER', data)
  vi.stubEnv('MCP_KEYCLOAK_TIMEOUT', '280')
})
afterEach(() => {
  vi.unstubAllEnvs()
})
afterAll(() => rm(data, { recursive: true, force: true }))

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  )
const sandboxes = () => readdir(ephemeralFolder(data))

/** The server that a test run is just starting: where it will be, and its administrator. */
async function startingServer() {
  const [name = ''] = await sandboxes()
  const { state } = await readState(ephemeralDataFolder(data, name), name)
  return { url: `http://localhost:${state?.port}`, password: state?.admin?.password }
}

// Where there is no JDK or no Docker, test/helpers/suite/report-runtimes.ts says so.
it(
  'startKeycloak starts a server on a JDK, or waits for the named one',
  needs(hasJava, 'a JDK'),
  async () => {
    const steps: string[] = []
    const waited: string[] = []
    const begun = Promise.withResolvers<void>()
    let urls: readonly string[] = []
    const test = async () => {
      const starting = startKeycloak({
        runtime: 'java',
        onStep: (step) => {
          steps.push(step)
          if (step.startsWith('Starting Keycloak')) begun.resolve()
        },
      })
      await Promise.race([begun.promise, starting])
      const server = await startingServer()
      vi.stubEnv('KEYCLOAK_URL', server.url)
      vi.stubEnv('KEYCLOAK_ADMIN_PASSWORD', server.password)
      const naming = startKeycloak({ onStep: (step) => waited.push(step) })
      naming.catch(() => {}) // is awaited after the other one
      await using keycloak = await starting
      await using named = await naming
      urls = [keycloak.getIssuerUrl(), named.getIssuerUrl()]
      expect(named).toMatchObject({
        runtime: 'external',
        reason: expect.stringContaining('KEYCLOAK_URL'),
      })
      expect(await named.realm.token()).toMatch(/^ey/)
      expect(keycloak.runtime).toBe('java')
      expect(keycloak.reason).toContain('Java')
      expect(keycloak.getIssuerUrl()).toBe(keycloak.realm.issuer)
      expect(await sandboxes()).toHaveLength(4) // of each a folder, and the note whose it is
      await using client = await keycloak.realm.registerClient()
      expect(await keycloak.realm.token({ client, user: 'testadmin' })).toMatch(/^ey/)
      await using second = await keycloak.createRealm()
      expect(await second.token()).toMatch(/^ey/)
      throw new Error('a failing test')
    }
    await expect(test()).rejects.toThrow('a failing test')
    expect(steps).toContain('Starting Keycloak 26.7.5')
    expect(waited).toContainEqual(expect.stringMatching(/: connect ECONNREFUSED/))
    expect(await Promise.all(urls.map(answers))).toEqual([false, false])
    expect(await sandboxes()).toEqual([])
  },
)

it(
  'takes Docker where an engine answers, and leaves no container, volume or network',
  needs(hasCompose, 'Docker Compose'),
  async () => {
    let name = ''
    const left = async () => {
      const filter = ['--all', '--quiet', '--filter', `label=mcp-keycloak.instance=${name}`]
      const [containers, volumes, networks] = await Promise.all([
        execa('docker', ['ps', ...filter]),
        execa('docker', ['volume', 'ls', ...filter.slice(1)]),
        execa('docker', ['network', 'ls', ...filter.slice(1)]),
      ])
      return { containers: containers.stdout, volumes: volumes.stdout, networks: networks.stdout }
    }
    const test = async () => {
      await using keycloak = await startKeycloak({ mcpUrl: ['http://localhost:18780/mcp'] })
      name = (await sandboxes())[0] ?? ''
      expect(keycloak).toMatchObject({
        runtime: 'compose',
        reason: expect.stringContaining('Docker engine answers'),
      })
      expect(await left()).toEqual({
        containers: expect.stringMatching(/./),
        volumes: expect.stringMatching(/./),
        networks: expect.stringMatching(/./),
      })
      await using client = await keycloak.realm.registerClient()
      expect(await keycloak.realm.introspect(await keycloak.realm.token({ client }))).toMatchObject({
        active: true,
      })
    }
    await test()
    expect(await left()).toEqual({ containers: '', volumes: '', networks: '' })
    expect(await sandboxes()).toEqual([])
  },
)

it('is stopped and removed when the run is killed', needs(hasJava, 'a JDK'), async () => {
  const code = `
    import { startKeycloak } from ${JSON.stringify(INDEX)}
    const keycloak = await startKeycloak({ runtime: 'java' })
    console.log(keycloak.getIssuerUrl())
    setInterval(() => {}, 1000)`
  const run = execa(process.execPath, ['--input-type=module', '--eval', code], {
    reject: false,
    stdin: 'ignore',
  })
  const url = await new Promise<string>((resolve, reject) => {
    run.stdout.once('data', (line) => resolve(String(line).trim()))
    run.then(({ stderr }) => reject(new Error(stderr)))
  })
  run.kill('SIGKILL')
  await run
  await vi.waitUntil(async () => !(await answers(url)), { timeout: 60_000 })
  await vi.waitUntil(async () => (await sandboxes()).length === 0, { timeout: 60_000 })
  expect(await sandboxes()).toEqual([])
})

it(
  'startKeycloak removes a server that is not ready in time and quotes its log',
  needs(hasJava, 'a JDK'),
  async () => {
    const keycloakHome = await fakeHome(data, 'echo "ERROR still thinking"; exec sleep 300')
    const starting = startKeycloak({ runtime: 'java', keycloakHome, timeout: 2 })
    await expect(starting).rejects.toMatchObject({
      code: 'KEYCLOAK_NOT_READY',
      why: expect.stringContaining('still thinking'),
    })
    expect(await sandboxes()).toEqual([])
  },
)
