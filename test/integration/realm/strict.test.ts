import { beforeAll, describe, expect, it } from 'vitest'

import { CLIENT_PROFILES } from '../../../src/clients/all.ts'
import { resolveConfig } from '../../../src/config/resolve.ts'
import type { Config } from '../../../src/config/schema.ts'
import { discover, type ServerMetadata } from '../../../src/oauth/discover.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import { type ClientMetadata, type RegisteredClient, registerClient } from '../../../src/oauth/register.ts'
import { verifyAccessToken } from '../../../src/oauth/verify-access-token.ts'
import { resetRealm } from '../../../src/operations/reset-realm.ts'
import { type UpReport, up } from '../../../src/operations/up.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { PUBLIC_CLIENT, REDIRECT } from '../../helpers/keycloak/public-client.ts'
import { ofItsVersion } from '../../helpers/program/version-warnings.ts'

const { url, admin, dataFolder } = sharedKeycloak()
const MCP_URL = 'http://localhost:8000/mcp'
const testuser = { username: 'testuser', password: 'password123' }
const testadmin = { username: 'testadmin', password: 'password123' }
const alice = { username: 'alice', password: 'secret' }

const STRICT = { with: ['strict'], role: ['boss'], user: ['alice:secret:boss'] }

let report: UpReport
let server: ServerMetadata

beforeAll(async () => {
  report = await strictUp()
  server = await discover(report.endpoints.issuer)
})

describe('a strict realm', () => {
  it('a strict realm is created and proved with an initial access token', () => {
    expect(report).toMatchObject({
      realm: 'created',
      proof: { username: 'testuser' },
      warnings: ofItsVersion,
    })
    expect(report.initialAccessToken).toBeTypeOf('string')
  })

  it('gives a new token with each up, and the earlier one stays good', async () => {
    const again = await strictUp()
    expect(again).toMatchObject({ realm: 'unchanged', proof: { username: 'testuser' } })
    expect(again.initialAccessToken).not.toBe(report.initialAccessToken)
    await register(basic, again.initialAccessToken)
    await register(basic, report.initialAccessToken)
  })

  it('refuses a client without that token, and says what is missing', async () => {
    await expect(registerClient(server, basic)).rejects.toMatchObject({
      code: 'REGISTRATION_REFUSED',
      why: expect.stringContaining("403: Policy 'Initial Access Token Required' rejected request"),
      fix: expect.stringContaining('mcp-keycloak up'),
    })
  })
})

const registering = CLIENT_PROFILES.flatMap(({ name, registration }) =>
  registration ? [{ name, registration }] : [],
)

describe.each(registering)('$name with the token', ({ registration }) => {
  it.each(registration.redirect_uris)(
    'registers with what it really sends, and logs in at %s',
    async (uri) => {
      const client = await register(registration)
      // A loopback redirect that was registered without a port is used with any.
      const redirectUri = uri.replace(/^http:\/\/127\.0\.0\.1\//, 'http://127.0.0.1:45454/')
      const scope = registration.scope ?? 'openid offline_access'
      const tokens = await logIn(server, { client, redirectUri, user: testuser, scope, resource: MCP_URL })
      const claims = await verify(tokens.access_token)
      expect(claims).toMatchObject({ azp: client.client_id, realm_access: { roles: ['offline_access'] } })
      expect(String(claims.scope).split(' ')).toEqual(expect.arrayContaining(scope.split(' ')))
      // The second can turn while Keycloak makes the token.
      expect([60, 61]).toContain(Number(claims.exp) - Number(claims.iat))
    },
  )
})

describe('a token in a strict realm', () => {
  it.each([
    ['nothing', undefined],
    ['openid', 'openid'],
    ['one MCP scope', 'mcp:tools'],
  ])("a token has the user's roles and no account rights when registered with %s", async (_, scope) => {
    const client = await register({ ...basic, ...(scope && { scope }) })
    const tokensOf = async (user: typeof testuser) =>
      verify(
        (await logIn(server, { client, redirectUri: REDIRECT, user, ...(scope && { scope }) })).access_token,
      )
    const claims = await tokensOf(testadmin)
    expect(claims.realm_access).toEqual({ roles: expect.arrayContaining(['admin']) })
    expect(claims.sub).toBeTypeOf('string')
    expect(claims.aud).not.toContain('account')
    expect(claims.resource_access).toBeUndefined()
    // A role that an option added is mapped like those of the file.
    expect((await tokensOf(alice)).realm_access).toEqual({ roles: expect.arrayContaining(['boss']) })
  })

  it.each([
    ['a session', 'openid'],
    ['offline access', 'openid offline_access'],
  ])('a refresh token of %s works once; a second use ends the session', async (_, scope) => {
    const client = await register({ ...basic, scope })
    const { refresh_token: first = '' } = await logIn(server, {
      client,
      redirectUri: REDIRECT,
      user: testuser,
      scope,
    })
    const second = await refresh(client, first)
    expect(second.status).toBe(200)
    await verify(second.body.access_token ?? '')
    expect(second.body.refresh_token).not.toBe(first)
    expect(await refresh(client, first)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'Maximum allowed refresh token reuse exceeded' },
    })
    expect((await refresh(client, second.body.refresh_token ?? '')).status).toBe(400)
  })
})

it('the client that is there from the start needs no token', async () => {
  const redirectUri = 'http://localhost:3118/callback'
  const request = { client: { client_id: 'mcp-client' }, redirectUri, user: testadmin, resource: MCP_URL }
  const claims = await verify(
    (await logIn(server, { ...request, scope: 'openid offline_access' })).access_token,
  )
  expect(claims.realm_access).toEqual({ roles: expect.arrayContaining(['admin']) })
  expect(claims.aud).not.toContain('account')
})

it.each(['http://127.0.0.1/callback', 'http://localhost/callback'])(
  'a client with the redirect URI %s, without a port, logs in on any',
  async (uri) => {
    const client = await register({ ...basic, redirect_uris: [uri] })
    const redirectUri = uri.replace('/callback', ':45454/callback')
    await verify((await logIn(server, { client, redirectUri, user: testuser })).access_token)
  },
)

describe('a client with the token that asks for what it must not have', () => {
  it.each([
    ['a wildcard', 'http://localhost:3117/*', /403: invalid_request/],
    ['a fragment', 'http://localhost:3117/callback#x', /400: .*fragment/],
    ['a foreign host', 'https://evil.example/callback', /Trusted Hosts/],
  ])('is refused a redirect URI with %s', async (_, uri, reason) => {
    const refused = registerClient(server, { ...basic, redirect_uris: [uri] }, report.initialAccessToken)
    await expect(refused).rejects.toMatchObject({ why: expect.stringMatching(reason) })
  })
})

it('--with none removes the overlay strict and keeps other options', async () => {
  const realm = 'strict-undone'
  await up(await strictConfig({ ...STRICT, realm, proof: false }))
  await resetRealm(await strictConfig({ with: ['none'], realm }))
  const undone = await discover(server.issuer.replace(/strict$/, realm))
  await logIn(undone, { client: await registerClient(undone, basic), redirectUri: REDIRECT, user: alice })
})

const basic = { client_name: 'integration test', ...PUBLIC_CLIENT }

async function strictUp(): Promise<UpReport> {
  return up(await strictConfig(STRICT))
}

async function strictConfig(options: Partial<Config>): Promise<Config> {
  const flags = { keycloakUrl: url, realm: 'strict', ...options }
  const env = { MCP_KEYCLOAK_ADMIN_USERNAME: admin.username, MCP_KEYCLOAK_ADMIN_PASSWORD: admin.password }
  const { config } = await resolveConfig({ flags, env, cwd: dataFolder })
  return config
}

function register(metadata: ClientMetadata, token = report.initialAccessToken): Promise<RegisteredClient> {
  return registerClient(server, metadata, token)
}

function verify(accessToken: string) {
  const { issuer, jwks_uri: jwksUri = '' } = server
  return verifyAccessToken(accessToken, { issuer, audience: MCP_URL, jwksUri })
}

async function refresh({ client_id }: RegisteredClient, refresh_token: string) {
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id, refresh_token })
  const response = await fetch(server.token_endpoint ?? '', { method: 'POST', body })
  return { status: response.status, body: (await response.json()) as Record<string, string | undefined> }
}
