import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Config } from '../../../src/config/schema.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { type Canary, canary } from '../../helpers/hostile/canary.ts'
import { HOSTILE_AUTHORIZATION_SERVERS } from '../../helpers/hostile/hostile-authorization-servers.ts'
import { HOSTILE_MCP_SERVERS } from '../../helpers/hostile/hostile-mcp-servers.ts'
import { escapesIn } from '../../helpers/hostile/hostile-text.ts'
import {
  authorizationServerRoutes,
  startAuthorizationServer,
} from '../../helpers/keycloak/authorization-server.ts'
import { externalEnvironment } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'
import { type McpServerOptions, startMcpServer } from '../../helpers/mcp/mcp-server.ts'
import { start } from '../../helpers/program/cli.ts'

const REALM = 'hostile'

/** The password that nobody but the realm may get. */
const PASSWORD = 'password123'

/** Of each kind, those that reach far: the unit test runs all. */
const MCP_SERVERS = [
  'metadata at the canary',
  'a redirect to a shell text',
  'interim responses without an end',
  'tools that steer',
  '401 in the middle, with metadata at the canary',
]
const AUTHORIZATION_SERVERS = [
  'an authorization endpoint with shell text',
  'a client at the canary',
  'a page: 190,000 nested elements',
  'a page: proxy consent to the canary',
  'a page: a login form to the canary',
  'an opaque token',
  'an encrypted token',
  'a token with line breaks',
]

const keycloak = sharedKeycloak()
const env = { ...externalEnvironment(keycloak), MCP_KEYCLOAK_REALM: REALM }

let realm: TestRealm
let port: number
let trap: Canary
beforeAll(async () => {
  port = await freePort()
  trap = await canary()
  const mcpUrl: Config['mcpUrl'] = [`http://localhost:${port}/mcp`]
  realm = await testRealm(REALM, { mcpUrl })
})
afterAll(async () => {
  await realm[Symbol.asyncDispose]()
  await trap[Symbol.asyncDispose]()
})

const places = () => ({ canary: trap.url, canaryPort: new URL(trap.url).port })

/** The server's own authorization server, which differs so; what it is sent is looked through for the password. */
function itself(name: string, seen: string[]): Partial<McpServerOptions> {
  const issuer = `http://localhost:${port}/as`
  const differs = HOSTILE_AUTHORIZATION_SERVERS[name]?.({ issuer, canary: trap.url })
  const onBody = (body: string) => void seen.push(body)
  const routes = authorizationServerRoutes({ issuer, hasLoginPage: false, onBody, ...differs })
  return {
    accepts: (token) => token !== 'garbage',
    metadata: () => ({ authorization_servers: [issuer] }),
    paths: () => routes,
  }
}

async function verifiedByProgram(options: Partial<McpServerOptions>) {
  await using server = await startMcpServer({ issuer: realm.server.issuer, port, ...options })
  const before = await realm.countClients()
  const run = await start(['verify', server.mcpUrl, '--request-timeout', '1'], { env, timeoutMs: 60_000 })
  expect(await realm.countClients()).toBe(before)
  expect(escapesIn(`${run.stdout}${run.stderr}`)).toEqual([])
  expect(trap.reached).toEqual({ connections: 0, bytes: 0 })
  return run
}

describe('the program, with a real Keycloak, against a hostile MCP server', () => {
  it.each(MCP_SERVERS)('ends with a finding, and reaches nothing else: %s', async (name) => {
    const options = HOSTILE_MCP_SERVERS[name]?.(places())
    const { exitCode, stderr } = await verifiedByProgram(options ?? expect.fail(`no scenario ${name}`))
    expect([exitCode, stderr]).toEqual([
      expect.toBeOneOf([0, 6]),
      expect.not.stringContaining('This is a bug'),
    ])
  })
})

describe('the program, with a real Keycloak, against a hostile authorization server', () => {
  it.each(AUTHORIZATION_SERVERS)('ends with a finding, and types no password there: %s', async (name) => {
    const seen: string[] = []
    const { exitCode, stdout } = await verifiedByProgram(itself(name, seen))
    expect([exitCode, stdout]).toEqual([6, expect.stringContaining('✘')])
    expect(seen.join('\n')).not.toContain(PASSWORD)
  })

  it('verify reports an encrypted token and still sends the bad ones', async () => {
    const { stdout } = await verifiedByProgram(itself('an encrypted token', []))
    expect(stdout).toMatch(/ testuser\. .*encrypted \(JWE\)/)
    expect(stdout).toMatch(/✘ .*forged/)
    expect(stdout).toMatch(/✘ .*without a signature/)
  })
})

describe('the program, with a hostile Keycloak that the user named', () => {
  it.each(['a client at the canary', 'keys that redirect to the canary'])(
    'doctor ends with a finding, and reaches nothing else: %s',
    async (name) => {
      await using hostile = await startAuthorizationServer((issuer) => ({
        hasLoginPage: true,
        ...HOSTILE_AUTHORIZATION_SERVERS[name]?.({ issuer, canary: trap.url }),
      }))
      const named = { ...env, MCP_KEYCLOAK_KEYCLOAK_URL: hostile.url }
      const run = await start(['doctor'], { env: named, timeoutMs: 60_000 })
      expect([run.exitCode, run.stderr]).toEqual([6, expect.not.stringContaining('This is a bug')])
      expect(trap.reached).toEqual({ connections: 0, bytes: 0 })
    },
  )
})

describe('an MCP server that hangs', () => {
  it('does not hold the program at the first SIGTERM', async () => {
    await using server = await startMcpServer({
      issuer: realm.server.issuer,
      port,
      paths: () => ({ '/mcp': (_request, response) => void response.writeHead(401).write('x') }),
    })
    const run = start(['verify', server.mcpUrl, '--request-timeout', '600'], { env, timeoutMs: 60_000 })
    while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 50))
    const askedAt = Date.now()
    run.kill('SIGTERM')
    const { exitCode, stderr } = await run
    expect([exitCode, stderr]).toEqual([143, expect.stringContaining('Interrupted')])
    expect(Date.now() - askedAt).toBeLessThan(20_000)
  })
})
