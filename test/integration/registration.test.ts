import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'

import { CLIENT_PROFILES } from '../../src/clients/all.ts'
import { discover, type ServerMetadata } from '../../src/oauth/discover.ts'
import { logIn } from '../../src/oauth/log-in.ts'
import {
  type ClientMetadata,
  deleteClient,
  type RegisteredClient,
  registerClient,
} from '../../src/oauth/register.ts'
import { verifyAccessToken } from '../../src/oauth/verify-access-token.ts'

const { issuer } = inject('keycloak')
const MCP_URL = 'http://localhost:8000/mcp'
const testuser = { username: 'testuser', password: 'password123' }
const testadmin = { username: 'testadmin', password: 'password123' }

let server: ServerMetadata
beforeAll(async () => {
  server = await discover(issuer)
})

const registering = CLIENT_PROFILES.flatMap(({ name, registration }) =>
  registration ? [{ name, registration }] : [],
)

describe.each(registering)('$name', ({ registration }) => {
  it('registers with what it really sends, logs in through the pages, and gets a token for the MCP server', async () => {
    const client = await register(registration)
    const redirectUri = registration.redirect_uris[0] ?? ''
    const scope = registration.scope ?? 'openid offline_access'
    const tokens = await logIn(server, { client, redirectUri, user: testuser, scope, resource: MCP_URL })
    const claims = await verify(tokens.access_token)
    expect(claims).toMatchObject({ azp: client.client_id, preferred_username: 'testuser' })
    expect(claims.realm_access).toMatchObject({ roles: expect.not.arrayContaining(['admin']) })
    expect(String(claims.scope).split(' ')).toEqual(expect.arrayContaining(scope.split(' ')))
    expect(tokens.refresh_token).toBeTypeOf('string')
  })
})

describe('what a client registers as its scope', () => {
  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['openid', 'openid'],
    ['one MCP scope', 'mcp:tools'],
    ['every scope that the metadata shows', 'all'],
  ])('%s: its token still has aud, sub and roles', async (_, wanted) => {
    const scope = wanted === 'all' ? (server.scopes_supported ?? []).join(' ') : wanted
    const client = await register({ ...basic, ...(scope !== undefined && { scope }) })
    const asked = scope || undefined
    const tokens = await logIn(server, {
      client,
      redirectUri: REDIRECT,
      user: testadmin,
      ...(asked && { scope: asked }),
    })
    const claims = await verify(tokens.access_token)
    expect(claims.sub).toBe('7e57da7a-0000-4000-8000-000000000002')
    expect(claims.realm_access).toMatchObject({ roles: expect.arrayContaining(['admin']) })
    for (const name of asked?.split(' ') ?? []) expect(String(claims.scope).split(' ')).toContain(name)
  })
})

describe('a client that asks for what it must not have', () => {
  it.each([
    ['a redirect to a foreign host', { redirect_uris: ['https://evil.example/callback'] }, /Trusted Hosts/],
    ['a home page on a foreign host', { client_uri: 'https://evil.example/' }, /Trusted Hosts/],
    ['a scope that the realm does not have', { scope: 'openid payroll:write' }, /Allowed Client Scopes/],
  ])('%s: is refused with the reason', async (_, members, reason) => {
    await expect(registerClient(server, { ...basic, ...members })).rejects.toMatchObject({
      code: 'REGISTRATION_REFUSED',
      why: expect.stringMatching(reason),
    })
  })

  it('gets no token without a login, even when it registers for client_credentials', async () => {
    const client = await register({
      ...basic,
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code', 'client_credentials'],
    })
    const answer = await token({ grant_type: 'client_credentials', ...credentials(client) })
    expect(answer).toMatchObject({ status: 400, body: { error_description: 'Request not allowed' } })
  })

  it.each([
    ['without PKCE', {}],
    ['with PKCE plain', { code_challenge: 'a'.repeat(43), code_challenge_method: 'plain' }],
  ])('cannot begin a login %s', async (_, members) => {
    const client = await register(basic)
    const url = new URL(server.authorization_endpoint ?? '')
    const parameters = {
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri: REDIRECT,
      scope: 'openid',
      ...members,
    }
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    const answer = await fetch(url, { redirect: 'manual' })
    expect(new URL(answer.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request')
  })
})

describe('the client that is there from the start', () => {
  const client = { client_id: 'mcp-client' }

  it('logs in on its one redirect URI, with the scopes of any other', async () => {
    const request = {
      client,
      redirectUri: 'http://localhost:3118/callback',
      user: testuser,
      resource: MCP_URL,
    }
    const tokens = await logIn(server, { ...request, scope: 'openid offline_access mcp:tools' })
    expect(await verify(tokens.access_token)).toMatchObject({ azp: 'mcp-client' })
  })

  it('is refused on any other redirect URI', async () => {
    const request = { client, redirectUri: 'http://localhost:3119/callback', user: testuser }
    await expect(logIn(server, request)).rejects.toMatchObject({
      code: 'LOGIN_REFUSED',
      why: expect.stringContaining('redirect_uri'),
    })
  })
})

it('says so when the password is wrong', async () => {
  const request = {
    client: await register(basic),
    redirectUri: REDIRECT,
    user: { ...testuser, password: 'nope' },
  }
  await expect(logIn(server, request)).rejects.toMatchObject({
    code: 'LOGIN_REFUSED',
    why: expect.stringContaining('Invalid username or password'),
  })
})

const REDIRECT = 'http://localhost:3117/callback'
const basic = {
  client_name: 'integration test',
  redirect_uris: [REDIRECT],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
}

/** Registers a client and deletes it when the test ends. */
async function register(metadata: ClientMetadata): Promise<RegisteredClient> {
  const client = await registerClient(server, metadata)
  onTestFinished(() => deleteClient(client))
  return client
}

function verify(accessToken: string) {
  return verifyAccessToken(accessToken, { issuer, audience: MCP_URL, jwksUri: server.jwks_uri ?? '' })
}

function credentials({ client_id, client_secret = '' }: RegisteredClient) {
  return { client_id, client_secret }
}

async function token(parameters: Record<string, string>): Promise<{ status: number; body: unknown }> {
  const body = new URLSearchParams(parameters)
  const response = await fetch(server.token_endpoint ?? '', { method: 'POST', body })
  return { status: response.status, body: await response.json() }
}
