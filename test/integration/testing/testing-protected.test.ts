import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'

import { snippets } from '../../../src/operations/snippets.ts'
import { BASE_REALM_FILE, loadRealm } from '../../../src/realm/load.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { startKeycloak, type TestKeycloak, type TestRealm } from '../../../src/testing/index.ts'
import { nameSharedKeycloak } from '../../helpers/keycloak/named-keycloak.ts'
import { startPythonServer } from '../../helpers/mcp/fastmcp-server.ts'
import { startMcpServer } from '../../helpers/mcp/mcp-server.ts'

let keycloak: TestKeycloak
let realm: TestRealm
let mcpUrl: string
beforeAll(async () => {
  nameSharedKeycloak()
  mcpUrl = `http://localhost:${await freePort()}/mcp`
  keycloak = await startKeycloak({ mcpUrl: [mcpUrl], onLeak: 'fail' })
  realm = keycloak.realm
})
beforeEach(nameSharedKeycloak)
afterEach(() => {
  vi.unstubAllEnvs()
})
afterAll(() => keycloak.stop())

/** The server that `snippets` prints. */
function fastmcp(): string {
  const { endpoints, issuer, name } = realm
  const { keycloakUrl } = endpoints
  const preregistered = { clientId: 'mcp-client', callbackPort: 3118 }
  const target = { mcpUrl, serverName: 'my-mcp-server', keycloakUrl, realm: name, issuer, preregistered }
  const { programs } = snippets([target], { names: ['fastmcp'], platform: process.platform })
  return programs[0]?.snippets[0]?.code ?? ''
}

it('says what was found of a right server; a warning is no failure', async () => {
  await using _server = await startPythonServer(fastmcp(), mcpUrl)
  const begun: string[] = []
  const report = await realm.expectProtected(mcpUrl, { onCheck: (title) => begun.push(title) })
  expect(report).toMatchObject({ mcpUrl, issuer: realm.issuer, framework: 'FastMCP' })
  expect(report.score).toMatchObject({ failed: 0, warned: 1, skipped: 0 })
  expect(begun).toContain('Refuses a forged token (signature)')
})

it('fails for a server that takes any audience, and names the line to add', async () => {
  await using _server = await startPythonServer(fastmcp().replace(/^ *audience=.*\n/m, ''), mcpUrl)
  const failure: Error = await realm.expectProtected(mcpUrl).then(
    () => expect.unreachable(),
    (error) => error,
  )
  expect(failure.name).toBe('NotProtectedError')
  expect(failure.message.split('\n')).toEqual([
    expect.stringMatching(/^http:\S+: \d+ of \d+, 1 failed, 1 warning {2}\(FastMCP\)$/),
    '',
    expect.stringMatching(/^ {2}✘ .* \(aud\): .*for another server$/),
    expect.stringMatching(/^ {4}Why {2}The token was for /),
    `    Fix  FastMCP: add audience="${mcpUrl}" to KeycloakAuthProvider(…)`,
  ])
})

it('passes a server that limits requests, and says which tokens were not asked', async () => {
  const port = Number(new URL(mcpUrl).port)
  const limits = { refusalStatus: 429, headers: { 'retry-after': '9' } }
  await using _server = await startMcpServer({ issuer: realm.issuer, port, ...limits })
  const { checks } = await realm.expectProtected(mcpUrl)
  const unasked = checks.filter(({ notAsked }) => notAsked).map(({ name }) => name)
  expect(unasked).toEqual(['garbage', 'aud', 'iss', 'exp', 'scope', 'sig', 'none', 'another-realm'])
})

it('fails with the option of the realm when its tokens are for another MCP URL', async () => {
  await using other = await keycloak.createRealm()
  await using _server = await startMcpServer({ issuer: other.issuer, port: Number(new URL(mcpUrl).port) })
  await expect(other.expectProtected(mcpUrl)).rejects.toThrow(
    `options of: mcp-keycloak up --mcp-url http://localhost:8000/mcp --mcp-url ${mcpUrl}`,
  )
})

it('passes in realms from one file with ids and keys of its own, side by side', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-own-key-'))
  const realmFile = join(folder, 'own-key.json')
  const keys = { 'org.keycloak.keys.KeyProvider': [{ name: 'own', providerId: 'rsa-generated' }] }
  const base = await loadRealm(BASE_REALM_FILE)
  const scope = { id: '5c0ffee0-0000-4000-8000-0000000000a1', name: 'own', protocol: 'openid-connect' }
  const clientScopes = [...(base.clientScopes ?? []), scope]
  const components = { ...base.components, ...keys }
  await writeFile(realmFile, JSON.stringify({ ...base, clientScopes, components }))
  await using first = await keycloak.createRealm({ realmFile, mcpUrl: [mcpUrl] })
  await using second = await keycloak.createRealm({ realmFile, mcpUrl: [mcpUrl] })
  expect(first.name).not.toBe(second.name)
  for (const own of [first, second]) {
    await using _server = await startMcpServer({ issuer: own.issuer, port: Number(new URL(mcpUrl).port) })
    await own.expectProtected(mcpUrl)
  }
  await rm(folder, { recursive: true })
})

it('fails where nothing listens, refuses what is no URL, and a realm that is gone', async () => {
  await expect(realm.expectProtected(mcpUrl)).rejects.toThrow(/: 0 of 1, 1 failed, \d+ not asked\n\n {2}✘ /)
  await expect(realm.expectProtected('localhost:8000/mcp')).rejects.toMatchObject({
    code: 'USAGE_INVALID',
    fix: "expectProtected('http://localhost:8000/mcp')",
  })
  const dropped = await keycloak.createRealm()
  await dropped.drop()
  await expect(dropped.expectProtected(mcpUrl)).rejects.toMatchObject({ code: 'NOT_RUNNING' })
})
