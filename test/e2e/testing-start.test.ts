import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'

import { ephemeralFolder } from '../../src/config/folders.ts'
import { probeJava } from '../../src/runtime/probe-java.ts'
import { startKeycloak } from '../../src/testing/index.ts'

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
const workshops = () => readdir(ephemeralFolder(data))

// Where there is no JDK, test/helpers/report-runtimes.ts says so.
it.runIf(hasJava)('starts a Keycloak of its own on a JDK, and leaves nothing of it', async () => {
  const steps: string[] = []
  let url = ''
  const test = async () => {
    await using keycloak = await startKeycloak({ runtime: 'java', onStep: (step) => steps.push(step) })
    url = keycloak.getIssuerUrl()
    expect(keycloak.runtime).toBe('java')
    expect(keycloak.reason).toContain('Java')
    expect(url).toBe(keycloak.realm.issuer)
    expect(await workshops()).toHaveLength(2) // a folder, and the note whose it is
    await using client = await keycloak.realm.registerClient()
    expect(await keycloak.realm.token({ client, user: 'testadmin' })).toMatch(/^ey/)
    await using second = await keycloak.createRealm()
    expect(await second.token()).toMatch(/^ey/)
    throw new Error('a failing test')
  }
  await expect(test()).rejects.toThrow('a failing test')
  expect(steps).toContain('Starting Keycloak 26.7.4')
  expect(await answers(url)).toBe(false)
  expect(await workshops()).toEqual([])
})

it.runIf(hasJava)('is stopped and removed when the run is killed', async () => {
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
  await vi.waitUntil(async () => (await workshops()).length === 0, { timeout: 60_000 })
  expect(await workshops()).toEqual([])
})
