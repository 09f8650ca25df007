import { fileURLToPath } from 'node:url'

import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { freePort } from '../../../src/runtime/probe-port.ts'
import { nameSharedKeycloak } from '../../helpers/keycloak/named-keycloak.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { consumerProject, runner } from '../../helpers/projects/consumer-project.ts'
import { docsSamples } from '../../helpers/projects/docs-samples.ts'

/** The package is ESM. */
const JEST_ENV = { NODE_OPTIONS: '--experimental-vm-modules' }
const MCP_URL = 'http://localhost:18779/mcp'

const MCP_SERVER = fileURLToPath(new URL('../../helpers/mcp/mcp-server.ts', import.meta.url))

/** The server that a sample of the docs starts. */
const MY_SERVER = `export { startMcpServer as startMyServer } from '${MCP_SERVER}'`

beforeEach(nameSharedKeycloak)
afterEach(() => {
  vi.unstubAllEnvs()
})

const testRealms = async () => {
  const realms = await (await sharedAdmin()).realms.find({ briefRepresentation: true })
  return realms.map(({ realm = '' }) => realm).filter((realm) => realm.startsWith('mcp-keycloak-test-'))
}

/** A test file that says in which realm it was. */
const vitestFile = `
import { inject } from 'vitest'
import { test } from 'mcp-keycloak/testing/vitest'

test('a token is for the MCP server of the set-up', async ({ expect, realm, keycloak }) => {
  const { issuer, url, settings } = inject('keycloak')
  console.log('realm', realm.name)
  expect(realm.issuer).not.toBe(issuer)
  expect(keycloak.getIssuerUrl()).toBe(issuer)
  expect(keycloak.getAuthServerUrl()).toBe(url)
  expect(process.env.KEYCLOAK_ISSUER).toBe(issuer)
  expect(realm.mcpUrls).toEqual(settings.mcpUrl ?? ['http://localhost:8000/mcp'])
  await using client = await realm.registerClient()
  expect(await realm.token({ client })).toMatch(/^ey/)
})
test('the worker has one realm', ({ realm }) => {
  console.log('realm', realm.name)
})`

/** A test file in which a server that takes any audience is found out, in the realm of the worker. */
const anyAudience = (port: number) => `
import { startMcpServer } from '${MCP_SERVER}'
import { test } from 'mcp-keycloak/testing/vitest'

test('a server that takes any audience does not protect itself', async ({ expect, realm }) => {
  const claims = (token) => Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
  const accepts = (token) => claims(token).includes('another-server')
  await using _server = await startMcpServer({ issuer: realm.issuer, port: ${port}, accepts })
  await expect(realm.expectProtected('http://localhost:${port}/mcp')).rejects.toThrow(/1 failed.*\\n\\n.*\\(aud\\)/)
})`

it('the Vitest set-up gives four workers one server and a realm each', async () => {
  const before = await testRealms()
  const port = await freePort()
  const names = Array.from({ length: 4 }, (_, at) => `${at}.test.js`)
  await using project = await consumerProject(
    {
      'vitest.config.js': `export default { test: { globalSetup: ['./setup.js'], maxWorkers: 4, testTimeout: 120_000 } }`,
      'setup.js': `
        import { setupKeycloak } from 'mcp-keycloak/testing'
        export default setupKeycloak({ mcpUrl: ['http://localhost:${port}/mcp'], onLeak: 'fail' })`,
      ...Object.fromEntries(names.map((name) => [name, vitestFile])),
      'protected.test.js': anyAudience(port),
    },
    ['vitest'],
  )
  const { exitCode, all } = await runner(project, 'vitest/vitest.mjs', ['run'])
  expect(all).toContain('for the tests: external, because MCP_KEYCLOAK_KEYCLOAK_URL names it')
  expect(exitCode, all).toBe(0)
  const realms = [...all.matchAll(/^realm (\S+)$/gm)].map(([, name]) => name)
  expect([realms.length, new Set(realms).size]).toEqual([8, 4])
  expect(await testRealms()).toEqual(before)
})

it('two set-ups of one run share the server', async () => {
  await using project = await consumerProject(
    {
      'vitest.config.js': `export default { test: { projects: [
        { test: { name: 'a', include: ['one.test.js'], testTimeout: 60_000, globalSetup: ['mcp-keycloak/testing/vitest'] } },
        { test: { name: 'b', include: ['two.test.js'], testTimeout: 60_000, globalSetup: ['./setup.js'] } },
      ] } }`,
      'setup.js': `
        import { setupKeycloak } from 'mcp-keycloak/testing'
        export default setupKeycloak({ mcpUrl: ['${MCP_URL}'] })`,
      'one.test.js': vitestFile,
      'two.test.js': vitestFile,
    },
    ['vitest'],
  )
  const { exitCode, all } = await runner(project, 'vitest/vitest.mjs', ['run'])
  expect(exitCode, all).toBe(0)
  expect(all.match(/for the tests:/g)).toHaveLength(1)
})

it("reuses the project's instance when it runs, and says so", async () => {
  vi.unstubAllEnvs()
  const { instance, dataFolder, url } = sharedKeycloak()
  const before = await testRealms()
  await using project = await consumerProject(
    {
      'mcp-keycloak.config.json': JSON.stringify({ instance }),
      'vitest.config.js': `export default { test: { globalSetup: ['mcp-keycloak/testing/vitest'], testTimeout: 60_000 } }`,
      'reused.test.js': `
        import { NotProtectedError, startKeycloak } from 'mcp-keycloak/testing'
        import { test } from 'mcp-keycloak/testing/vitest'
        test('it is the running one', async ({ expect, keycloak, realm }) => {
          expect(keycloak.getAuthServerUrl()).toBe('${url}')
          expect(await realm.token()).toMatch(/^ey/)
          await using other = await startKeycloak()
          expect(other.getAuthServerUrl()).toBe('${url}')
          expect(new NotProtectedError({ score: {} }, [])).toBeInstanceOf(Error)
        })`,
    },
    ['vitest'],
  )
  const { exitCode, all } = await runner(project, 'vitest/vitest.mjs', ['run'], {
    MCP_KEYCLOAK_DATA_FOLDER: dataFolder,
  })
  expect(all).toContain(`for the tests: external, because the instance "${instance}" already runs`)
  expect(exitCode, all).toBe(0)
  expect(await testRealms()).toEqual(before)
})

it('fails a Vitest run that leaves a client behind, when that is wanted', async () => {
  await using project = await consumerProject(
    {
      'vitest.config.js': `export default { test: { globalSetup: ['./setup.js'], testTimeout: 60_000 } }`,
      'setup.js': `
        import { setupKeycloak } from 'mcp-keycloak/testing'
        export default setupKeycloak({ onLeak: 'fail' })`,
      'leak.test.js': `
        import { test } from 'mcp-keycloak/testing/vitest'
        test('leaks', async ({ realm }) => { await realm.registerClient({ client_name: 'left behind' }) })`,
    },
    ['vitest'],
  )
  const { exitCode, all } = await runner(project, 'vitest/vitest.mjs', ['run'])
  expect(exitCode, all).not.toBe(0)
  expect(all).toContain('A client was registered')
  expect(all).toContain('left behind')
})

it('Jest tests find the server of the global set-up', async () => {
  const before = await testRealms()
  await using project = await consumerProject(
    {
      'jest.config.js': `export default {
        globalSetup: './setup.js', globalTeardown: './teardown.js', testTimeout: 60_000, transform: {}, testMatch: ['**/*.spec.js'] }`,
      'setup.js': `
        import { setupKeycloak } from 'mcp-keycloak/testing'
        export default setupKeycloak({ mcpUrl: ['${MCP_URL}'], onLeak: 'fail' })`,
      'teardown.js': `export { teardownKeycloak as default } from 'mcp-keycloak/testing'`,
      'token.spec.js': `
        import { startKeycloak } from 'mcp-keycloak/testing'
        let keycloak
        beforeAll(async () => { keycloak = await startKeycloak({ mcpUrl: [process.env.KEYCLOAK_AUDIENCE] }) })
        afterAll(() => keycloak.stop())
        test('a token is for the MCP server of the set-up', async () => {
          expect(keycloak.runtime).toBe('external')
          expect(keycloak.realm.mcpUrls).toEqual(['${MCP_URL}'])
          expect(await keycloak.realm.token()).toMatch(/^ey/)
        })
        test('a leak is what the set-up says', async () => {
          const leaky = await startKeycloak()
          await leaky.realm.registerClient({ client_name: 'left behind' })
          await expect(leaky.stop()).rejects.toMatchObject({ code: 'CLIENTS_LEAKED' })
        })`,
    },
    ['jest'],
  )
  const { exitCode, all } = await runner(project, 'jest/bin/jest.js', [], JEST_ENV)
  expect(exitCode, all).toBe(0)
  expect(all).toContain('2 passed, 2 total')
  expect(await testRealms()).toEqual(before)
})

it('runs as the docs show it, in both runners', async () => {
  const samples = await docsSamples(['ts', 'js'])
  const { 'container.test.ts': container, ...files } = samples // test/e2e/testing-container.test.ts runs that one
  expect(container).toBeDefined()
  expect(Object.keys(files).sort()).toEqual([
    'jest.config.js',
    'keycloak.setup.js',
    'keycloak.setup.ts',
    'keycloak.teardown.js',
    'protected.test.ts',
    'read-status.js',
    'roles.test.ts',
    'server.test.ts',
    'start.ts',
    'typescript.test.ts',
    'vitest.config.ts',
  ])
  const spec = `
    import { startKeycloak } from 'mcp-keycloak/testing'
    test('has a realm of its own', async () => {
      await using keycloak = await startKeycloak()
      expect(await keycloak.realm.token()).toMatch(/^ey/)
    })`
  const port = await freePort()
  const shown = Object.entries({ ...files, 'my-server.js': MY_SERVER, 'own.spec.js': spec })
  const onFreePort = shown.map(([name, code]) => [name, code.replaceAll('8000', String(port))])
  await using project = await consumerProject(Object.fromEntries(onFreePort), ['vitest', 'jest'])
  const vitest = await runner(project, 'vitest/vitest.mjs', [
    'run',
    'server',
    'roles',
    'protected',
    'typescript',
  ])
  expect(vitest.exitCode, vitest.all).toBe(0)
  expect(vitest.all).toMatch(/Tests +4 passed/)
  const jest = await runner(project, 'jest/bin/jest.js', ['own.spec'], JEST_ENV)
  expect(jest.exitCode, jest.all).toBe(0)
})

it('a second set-up that needs another server is refused', async () => {
  await using project = await consumerProject(
    {
      'vitest.config.js': `export default { test: { globalSetup: ['./one.js', './two.js'] } }`,
      'one.js': `
        import { setupKeycloak } from 'mcp-keycloak/testing'
        export default setupKeycloak()`,
      'two.js': `
        import { setupKeycloak } from 'mcp-keycloak/testing'
        export default setupKeycloak({ keycloakVersion: '26.6.4' })`,
      'one.test.js': vitestFile,
    },
    ['vitest'],
  )
  const { exitCode, all } = await runner(project, 'vitest/vitest.mjs', ['run'])
  expect(exitCode, all).toBe(1)
  expect(all).toContain('Two global set-ups')
  expect(all).toContain('"keycloakVersion" is 26.6.4, and not set in the other')
})
