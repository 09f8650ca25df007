import type { RequestListener } from 'node:http'

import { expect, onTestFinished } from 'vitest'

import { resetCommand } from '../../../src/config/reset-command.ts'
import { once } from '../../../src/once.ts'
import { assertAccepted } from '../../../src/verify/accepted.ts'
import { type CheckResult, runVerifyChecks } from '../../../src/verify/check.ts'
import { VERIFY_CHECKS } from '../../../src/verify/checks/all.ts'
import type { Inspection } from '../../../src/verify/inspection.ts'
import type { RealmUnderTest } from '../../../src/verify/realm-under-test.ts'
import { startInspection } from '../../../src/verify/start-inspection.ts'
import { type McpServerOptions, type RunningMcpServer, startMcpServer } from '../../helpers/mcp/mcp-server.ts'
import { localServer } from './local-server.ts'

/** Where a right server has its metadata. */
export const METADATA = '/.well-known/oauth-protected-resource/mcp'

/** Those that need no login. */
export const BEFORE_LOGIN = [
  'answers',
  'challenge',
  'named-metadata',
  'well-known-metadata',
  'resource',
  'audience',
  'authorization-server',
  'server-metadata',
  'scopes',
]

/** Those that send a bad token. */
export const BAD_TOKENS = ['garbage', 'aud', 'iss', 'exp', 'scope', 'sig', 'another-realm']

/** A realm of which there is the metadata alone; its issuer. */
export async function realmAt(): Promise<string> {
  const url: string = await localServer((_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        issuer: `${url}/realms/x`,
        scopes_supported: ['openid', 'mcp:tools'],
        code_challenge_methods_supported: ['S256'],
      }),
    ),
  )
  return `${url}/realms/x`
}

/** Longer than any test: only one about a server that hangs gives it up. */
const PATIENCE_MS = 60_000

/** For a server that hangs; it has to answer other requests within it, also on a busy machine. */
export const SHORT_MS = 1_500

/** What was found. */
export interface Run {
  readonly server: RunningMcpServer
  readonly results: readonly CheckResult[]
  by(status: string): readonly string[]
  found(name: string): CheckResult
}

/** Asks some questions about a server that differs from a right one; whoever logs in gets the token `good`. */
export async function run(
  options: Partial<McpServerOptions>,
  names: readonly string[] = BEFORE_LOGIN,
  realm: Partial<RealmUnderTest> = {},
  requestTimeoutMs = PATIENCE_MS,
): Promise<Run> {
  const { issuer = await realmAt() } = options
  const server = await startMcpServer({ ...options, issuer })
  onTestFinished(() => server[Symbol.asyncDispose]())
  const whole: RealmUnderTest = {
    issuer,
    resetCommand: (added) => resetCommand(undefined, added),
    origins: [],
    scopes: ['openid', 'roles'],
    mcpUrls: [server.mcpUrl],
    user: { username: 'testuser', password: 'password123' },
    initialAccessToken: async () => null,
    forge: async (kind) => `bad-${kind}`,
    tokenOfAnotherRealm: async () => ({ token: 'bad-another-realm', end: async () => {} }),
    ...realm,
  }
  const inspection = startInspection(server.mcpUrl, whole, {
    requestTimeoutMs,
    insecure: false,
    timeMs: 60_000,
  })
  const good = async () => 'good'
  const client: Inspection['client'] = async () => ({
    clientId: 'c',
    scopes: ['openid'],
    deletable: true,
    logIn: async () => ({ accessToken: 'good' }),
    introspect: async () => undefined,
    refresh: async () => undefined,
    revoke: async () => false,
    delete: async () => {},
  })
  const refused = once(() => assertAccepted(inspection, 'good'))
  const accepted = realm.user === undefined && 'user' in realm ? refused : good
  const loggedIn = { ...inspection, client, token: good, realmToken: good, accepted }
  const played = names.includes('login') ? inspection : loggedIn
  const checks = VERIFY_CHECKS.filter(({ name }) => names.includes(name))
  const results = await runVerifyChecks(checks, played, {})
  return {
    server,
    results,
    by: (status) => results.filter((result) => result.status === status).map(({ name }) => name),
    found: (name) => results.find((result) => result.name === name) ?? expect.fail(`no check ${name}`),
  }
}

/** Answers always the same. */
export const text =
  (type: string, body: string, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': type }).end(body)
  }
/** Sends everybody elsewhere. */
export const redirect =
  (location: string): RequestListener =>
  (_, response) => {
    response.writeHead(307, { location }).end()
  }
/** 100 MB. */
export const huge: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const chunk = '['.repeat(1_000_000)
  let left = 100
  const more = () => {
    while (left-- > 0) if (!response.write(chunk)) return
    response.end()
  }
  response.on('drain', more)
  more()
}
/** Something else in the place of the metadata. */
export const at = (listener: RequestListener): Partial<McpServerOptions> => ({
  paths: () => ({ [METADATA]: listener }),
})
/** A server whose 401 names another place for the metadata. */
export const namedAt = (url: string): Partial<McpServerOptions> => ({
  challenge: () => `Bearer scope="openid", error="invalid_token", resource_metadata="${url}"`,
})

/** A server that is an authorization server, too. */
export function itself(
  members: object,
  paths: Readonly<Record<string, RequestListener>> = {},
): Partial<McpServerOptions> {
  const origin = (mcpUrl: string) => new URL(mcpUrl).origin
  return {
    metadata: (mcpUrl) => ({ authorization_servers: [origin(mcpUrl)] }),
    paths: (mcpUrl) => ({
      '/.well-known/oauth-authorization-server': text(
        'application/json',
        JSON.stringify({
          issuer: origin(mcpUrl),
          authorization_endpoint: `${origin(mcpUrl)}/authorize`,
          registration_endpoint: `${origin(mcpUrl)}/register`,
          token_endpoint: `${origin(mcpUrl)}/token`,
          code_challenge_methods_supported: ['S256'],
          ...members,
        }),
      ),
      '/register': text('application/json', '{"client_id":"c"}', 201),
      ...paths,
    }),
  }
}
