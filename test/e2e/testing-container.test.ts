import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { execa } from 'execa'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { IMAGE_REPOSITORY, PINNED_VERSION } from '../../src/config/versions.ts'
import { ownerOf } from '../../src/runtime/state/owner.ts'
import { KeycloakContainer } from '../../src/testing/container/container.ts'
import { warmVolume } from '../../src/testing/container/warm-start.ts'
import { consumerProject, runner } from '../helpers/projects/consumer-project.ts'
import { docsSamples } from '../helpers/projects/docs-samples.ts'
import { docker } from '../helpers/suite/machine.ts'
import { needs } from '../helpers/suite/needs.ts'

const MCP_URL = 'http://localhost:18778/mcp'

let folder: string
/** An image of the user, and the volume with its first build. */
const OWN_IMAGE = `mcp-keycloak-test/own:${process.pid}`
let WARM_VOLUME: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-container-'))
  vi.stubEnv('TESTCONTAINERS_RYUK_DISABLED', 'true') // its image is not to be had everywhere; we clean up ourselves
  vi.stubEnv('TESTCONTAINERS_HOST_OVERRIDE', 'localhost') // the engine is on this machine, though that may look like a container itself
  vi.stubEnv('MCP_KEYCLOAK_DATA_FOLDER', join(folder, 'data'))
  vi.stubEnv('MCP_KEYCLOAK_TIMEOUT', '280')
  const { id } = await ownerOf(join(folder, 'data'))
  WARM_VOLUME = warmVolume(OWN_IMAGE, ['start-dev'], id)
  if (docker.engine) await execa('docker', ['tag', `${IMAGE_REPOSITORY}:${PINNED_VERSION}`, OWN_IMAGE])
})
afterAll(async () => {
  await execa('docker', ['volume', 'rm', WARM_VOLUME], { reject: false })
  await execa('docker', ['rmi', OWN_IMAGE], { reject: false })
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

const realmFile = async (name: string, content: object) => {
  const file = join(folder, `${name}.json`)
  await writeFile(file, JSON.stringify({ realm: name, enabled: true, ...content }))
  return file
}
const isThere = async (...what: readonly string[]) =>
  (await execa('docker', ['inspect', ...what], { reject: false })).exitCode === 0
const hasBuilt = async (id: string) =>
  (await execa('docker', ['logs', id], { all: true })).all.includes('augmentation completed')

// Where there is no engine, test/helpers/suite/report-runtimes.ts says so.
describe('KeycloakContainer', needs(docker.engine !== undefined, 'a Docker engine'), () => {
  it('runs as the docs show it', async () => {
    const { 'container.test.ts': sample = '' } = await docsSamples(['ts', 'js'])
    await using project = await consumerProject({ 'container.test.ts': sample }, ['vitest', 'testcontainers'])
    const { exitCode, all } = await runner(project, 'vitest/vitest.mjs', ['run'])
    expect(exitCode, all).toBe(0)
    expect(all).toMatch(/Tests +1 passed/)
  })

  it('the container starts with realms, features and an administrator, and is removed', async () => {
    let id = ''
    const test = async () => {
      await using container = await new KeycloakContainer()
        .withRealm({ mcpUrl: [MCP_URL], user: ['alice:secret:admin'] })
        .withRealmImportFile(await realmFile('imported', { users: [] }))
        .withFeatures('resource-indicators')
        .withAdminUsername('root')
        .withEnvironment({ KC_BOOTSTRAP_ADMIN_USERNAME: 'nobody', KC_BOOTSTRAP_ADMIN_PASSWORD: 'choose-one' })
        .withOnLeak('fail')
        .start()
      id = container.getId()
      const url = container.getAuthServerUrl()
      expect(url).toBe(`http://localhost:${container.getMappedPort(8080)}`)
      expect(container.getIssuerUrl()).toBe(`${url}/realms/fastmcp`)
      const metadata = await fetch(`${container.getIssuerUrl()}/.well-known/openid-configuration`)
      expect(await metadata.json()).toMatchObject({
        issuer: container.getIssuerUrl(),
        token_endpoint: container.getTokenEndpoint(),
        jwks_uri: container.getJwksUri(),
        registration_endpoint: container.getRegistrationEndpoint(),
      })
      expect([container.getAdminUsername(), container.getAdminPassword()]).toEqual(['root', 'choose-one'])
      const admin = await container.getAdminClient()
      const names = (await admin.realms.find()).map(({ realm }) => realm).toSorted()
      expect(names).toEqual(['fastmcp', 'imported', 'master'])
      await using client = await container.realm.registerClient()
      const claims = decodeJwt(await container.realm.token({ user: 'alice', client }))
      expect(claims).toMatchObject({ iss: container.getIssuerUrl(), preferred_username: 'alice' })
      await using own = await container.createRealm({ with: ['resource-indicators'] })
      expect(await own.token()).toMatch(/^ey/)
      const { stdout } = await execa('docker', ['port', id])
      expect(stdout.split('\n').every((line) => line.includes('-> 127.0.0.1:'))).toBe(true)
      await own.registerClient({ client_name: 'left behind' }) // in a realm that is dropped first
    }
    await expect(test()).rejects.toMatchObject({ code: 'CLIENTS_LEAKED' })
    expect(await isThere(id)).toBe(false)
  })

  it('is found again with withReuse(); the second container of an own image builds nothing', async () => {
    const before = await containers()
    const reusable = (mcpUrl: string, environment = {}) =>
      new KeycloakContainer(OWN_IMAGE)
        .withReuse()
        .withWarmStart()
        .withEnvironment(environment)
        .withRealm({ mcpUrl: [mcpUrl] })
    const container = reusable(MCP_URL)
    const [first, atOnce] = await Promise.all([container.start(), reusable(MCP_URL).start()])
    expect(atOnce.getId()).toBe(first.getId())
    expect(await hasBuilt(first.getId())).toBe(true)
    expect(await isThere('--type', 'volume', WARM_VOLUME)).toBe(true)
    const token = await first.realm.token()
    const again = await container.start()
    expect(again.getId()).toBe(first.getId())
    expect(again.getIssuerUrl()).toBe(first.getIssuerUrl())
    expect(await again.realm.introspect(token)).toMatchObject({ active: true })
    const other = await reusable('http://localhost:18779/mcp').start()
    expect(other.getId()).toBe(first.getId())
    expect(decodeJwt(await other.realm.token()).aud).toContain('http://localhost:18779/mcp')
    expect(decodeJwt(await other.realm.badToken('exp')).exp).toBeLessThan(Date.now() / 1000)
    const quiet = await reusable(MCP_URL, { KC_LOG_LEVEL: 'warn' }).start()
    expect(quiet.getAuthServerUrl()).not.toBe(first.getAuthServerUrl())
    expect(await hasBuilt(quiet.getId())).toBe(false)
    await Promise.all([other.stop(), quiet.stop()])
    expect(await containers()).toEqual(before)
    const holder = createServer().listen(first.getMappedPort(8080), '127.0.0.1')
    await expect(reusable(MCP_URL).start()).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      why: expect.stringContaining(`pid ${process.pid}`),
    })
    holder.close()
    expect(await containers()).toEqual(before)
  })

  it('stops the container when Keycloak refuses a realm, and names the field', async () => {
    const before = await containers()
    const file = await realmFile('refused', { colour: 'blue' })
    const container = new KeycloakContainer().withRealmImportFile(file)
    await expect(container.start()).rejects.toMatchObject({
      code: 'REALM_REFUSED',
      message: expect.stringContaining('"colour"'),
    })
    expect(await containers()).toEqual(before)
  })

  it('refuses an image that is not Keycloak at once', async () => {
    const image = 'mcp-keycloak-test/not-keycloak:1'
    await execa('docker', ['import', '--change', 'ENTRYPOINT ["/sleep"]', '-', image], {
      input: Buffer.alloc(1024),
    })
    await expect(new KeycloakContainer(image).start()).rejects.toMatchObject({
      code: 'IMAGE_NOT_KEYCLOAK',
      why: expect.stringContaining('"/sleep"'),
    })
    await execa('docker', ['rmi', image])
  })

  it('says that an image cannot be pulled', async () => {
    await expect(new KeycloakContainer('localhost:1/nowhere/keycloak:0').start()).rejects.toMatchObject({
      code: 'IMAGE_NOT_FOUND',
    })
  })

  it('the error of a late or dead container quotes the log', async () => {
    await expect(new KeycloakContainer(OWN_IMAGE).withStartupTimeout(3000).start()).rejects.toMatchObject({
      code: 'KEYCLOAK_NOT_READY',
      why: expect.stringMatching(/ log:\n./),
      fix: expect.stringContaining('withStartupTimeout(300_000)'),
    })
    const dying = new KeycloakContainer().withEnvironment({ KC_DB: 'nonsense' })
    await expect(dying.start()).rejects.toMatchObject({
      code: 'KEYCLOAK_EXITED',
      why: expect.stringContaining('nonsense'),
    })
  })
})

it('the container refuses an invalid realm file and a command before it starts', async () => {
  const container = new KeycloakContainer('never/started:1').withRealmImportFile('/nowhere.json')
  await expect(container.start()).rejects.toMatchObject({ code: 'REALM_INVALID' })
  expect(() => container.withCommand(['start'])).toThrow(
    expect.objectContaining({ code: 'USAGE_INVALID', fix: expect.stringContaining('withFeatures') }),
  )
})

async function containers(): Promise<readonly string[]> {
  const { stdout } = await execa('docker', [
    'ps',
    '--all',
    '--quiet',
    '--filter',
    'label=org.testcontainers=true',
  ])
  return stdout.split('\n').filter(Boolean).toSorted()
}
