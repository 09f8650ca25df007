import { tmpdir } from 'node:os'

import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'

import { CLIENT_PROFILES } from '../../../src/clients/all.ts'
import { realmEndpoints } from '../../../src/config/endpoints.ts'
import { resolveConfig } from '../../../src/config/resolve.ts'
import { type Gathered, runDoctorChecks } from '../../../src/doctor/check.ts'
import { allChecks } from '../../../src/doctor/checks/all.ts'
import type { Server } from '../../../src/doctor/subjects.ts'
import { KEYCLOAK_LIMITS } from '../../../src/oauth/requests.ts'
import { playground } from '../../../src/operations/doctor/doctor-playground.ts'
import { NO_PASSWORD } from '../../../src/operations/doctor/doctor-server.ts'
import { type Canary, canary } from '../../helpers/hostile/canary.ts'
import { HOSTILE_AUTHORIZATION_SERVERS } from '../../helpers/hostile/hostile-authorization-servers.ts'
import { HOSTILE_MCP_SERVERS } from '../../helpers/hostile/hostile-mcp-servers.ts'
import {
  inParallel,
  noFigures,
  PASSWORD,
  realmAt,
  runCase,
  verified,
} from '../../helpers/hostile/hostile-runs.ts'
import {
  type AuthorizationServerOptions,
  authorizationServerRoutes,
  type Routes,
  startAuthorizationServer,
} from '../../helpers/keycloak/authorization-server.ts'
import { startMcpServer } from '../../helpers/mcp/mcp-server.ts'

/** For one request: cases that hang end by it. */
const REQUEST_MS = 700

/** Servers at once. */
const WIDTH = 8

/** Differs in nothing. */
const RIGHT = (_issuer: string): Differs => ({})

type Differs = Pick<AuthorizationServerOptions, 'metadata' | 'answers'>

const patienceMs = KEYCLOAK_LIMITS.timeoutMs

let trap: Canary
beforeAll(async () => {
  KEYCLOAK_LIMITS.timeoutMs = REQUEST_MS
  trap = await canary()
})
afterAll(async () => {
  KEYCLOAK_LIMITS.timeoutMs = patienceMs
  await trap[Symbol.asyncDispose]()
})

const around = () => ({ canary: trap.url, canaryPort: new URL(trap.url).port })

/** The routes of a server, made once: they remember what was asked. */
function once(make: (mcpUrl: string) => Routes): (mcpUrl: string) => Routes {
  let routes: Routes | undefined
  return (mcpUrl) => {
    routes ??= make(mcpUrl)
    return routes
  }
}

function expectHarmless(title: string, figures: ReturnType<typeof noFigures>): void {
  const { cases, slowest, ...faults } = figures
  const counted = Object.entries(faults).map(([name, list]) => `${name} ${list.length}`)
  process.stdout.write(
    `${title}: ${cases} cases, ${counted.join(', ')}, bytes at the canary ${trap.reached.bytes}, slowest ${slowest.ms} ms (${slowest.name})\n`,
  )
  expect(faults).toEqual({ uncaught: [], hangs: [], escapes: [], passwords: [] })
  expect(trap.reached).toEqual({ connections: 0, bytes: 0 })
  expect(cases).toBeGreaterThanOrEqual(60)
}

/** Asks the questions of `doctor` that reach a Keycloak which somebody else runs, without an administrator. */
async function doctorChecks(keycloakUrl: string) {
  const flags = { keycloakUrl, realm: 'hostile' }
  const { config } = await resolveConfig({ flags, env: {}, cwd: tmpdir() })
  const endpoints = realmEndpoints(keycloakUrl, 'hostile')
  const server: Server = {
    endpoints,
    runtime: 'external',
    state: undefined,
    administrator: Promise.resolve(NO_PASSWORD),
    loginBeganMs: Date.now(),
  }
  const subjects = {
    server: Promise.resolve(server),
    clientTrial: playground(config, endpoints.issuer, Promise.resolve(NO_PASSWORD)),
  }
  const checks = allChecks(CLIENT_PROFILES).filter(({ asks }) => asks in subjects)
  return runDoctorChecks(checks, subjects as Gathered)
}

/** Verifies a right MCP server whose realm is an authorization server that differs so. */
async function againstRealm(scenario: (issuer: string) => Differs) {
  await using realm = await startAuthorizationServer((issuer) => ({
    hasLoginPage: true,
    ...scenario(issuer),
  }))
  await using server = await startMcpServer({
    issuer: realm.issuer,
    accepts: (token) => token !== 'garbage' && scenario !== RIGHT,
  })
  return await verified(server.mcpUrl, realmAt(realm.issuer, server.mcpUrl), KEYCLOAK_LIMITS.timeoutMs)
}

/** Verifies an MCP server that is an authorization server of its own, which differs so. */
async function againstOwn(scenario: (issuer: string) => Differs, onBody: (body: string) => void = () => {}) {
  await using realm = await startAuthorizationServer(() => ({ hasLoginPage: true }))
  const issuerOf = (mcpUrl: string) => `${new URL(mcpUrl).origin}/as`
  const issued = new Set<string>()
  const onToken = (token: string) => void issued.add(token)
  await using server = await startMcpServer({
    issuer: realm.issuer,
    accepts: (token) => issued.has(token) || (scenario !== RIGHT && token !== 'garbage'),
    metadata: (mcpUrl) => ({ authorization_servers: [issuerOf(mcpUrl)] }),
    paths: once((mcpUrl) => {
      const issuer = issuerOf(mcpUrl)
      return authorizationServerRoutes({ issuer, hasLoginPage: false, onBody, onToken, ...scenario(issuer) })
    }),
  })
  return await verified(server.mcpUrl, realmAt(realm.issuer, server.mcpUrl), KEYCLOAK_LIMITS.timeoutMs)
}

it('verify survives every hostile MCP server', async () => {
  const figures = noFigures()
  await using realm = await startAuthorizationServer(() => ({ hasLoginPage: true }))
  await inParallel(Object.entries(HOSTILE_MCP_SERVERS), WIDTH, async ([name, scenario]) => {
    await runCase(figures, name, async () => {
      await using server = await startMcpServer({ issuer: realm.issuer, ...scenario(around()) })
      return (await verified(server.mcpUrl, realmAt(realm.issuer, server.mcpUrl), REQUEST_MS)).shown
    })
  })
  expectHarmless('hostile MCP servers', figures)
})

it('verify survives every hostile authorization server on the MCP server', async () => {
  const figures = noFigures()
  await inParallel(Object.entries(HOSTILE_AUTHORIZATION_SERVERS), WIDTH, async ([name, scenario]) => {
    const onBody = (body: string) => {
      if (body.includes(PASSWORD)) figures.passwords.push(name)
    }
    const differs = (issuer: string) => scenario({ issuer, canary: trap.url })
    await runCase(figures, name, async () => (await againstOwn(differs, onBody)).shown)
  })
  expectHarmless('hostile authorization servers on the MCP server', figures)
})

it('verify survives every hostile realm', async () => {
  const figures = noFigures()
  await inParallel(Object.entries(HOSTILE_AUTHORIZATION_SERVERS), WIDTH, async ([name, scenario]) => {
    const differs = (issuer: string) => scenario({ issuer, canary: trap.url })
    await runCase(figures, name, async () => (await againstRealm(differs)).shown)
  })
  expectHarmless('hostile realms', figures)
})

it('doctor survives every hostile realm', async () => {
  const figures = noFigures()
  await inParallel(Object.entries(HOSTILE_AUTHORIZATION_SERVERS), WIDTH, async ([name, scenario]) => {
    await runCase(figures, name, async () => {
      await using realm = await startAuthorizationServer((issuer) => ({
        hasLoginPage: true,
        ...scenario({ issuer, canary: trap.url }),
      }))
      const results = await doctorChecks(realm.url)
      figures.uncaught.push(
        ...results
          .filter(({ what }) => what === 'this could not be found out')
          .map(({ why }) => `${name}: ${why}`),
      )
      return results.flatMap(({ what, why, fix }) => [what, why ?? '', fix ?? ''])
    })
  })
  expectHarmless('hostile realms, by doctor', figures)
})

it('verify finds no fault in the servers that the hostile ones differ from', async () => {
  KEYCLOAK_LIMITS.timeoutMs = patienceMs // a right server may be slow on a busy machine
  onTestFinished(() => {
    KEYCLOAK_LIMITS.timeoutMs = REQUEST_MS
  })
  const failed = async (run: ReturnType<typeof againstRealm>) =>
    (await run).report.checks.filter(({ status }) => status === 'fail').map(({ name, what }) => [name, what])
  expect(await failed(againstRealm(RIGHT))).toEqual([])
  expect(await failed(againstOwn(RIGHT))).toEqual([])
  await using realm = await startAuthorizationServer(() => ({ hasLoginPage: true }))
  const results = await doctorChecks(realm.url)
  const faults = results.filter(({ status }) => status === 'fail').map(({ name }) => name)
  expect(faults).toEqual(['browser']) // it sends no CORS headers
})
