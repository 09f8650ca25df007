import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { logIn } from '../../../src/oauth/log-in.ts'
import type { RegisteredClient } from '../../../src/oauth/register.ts'
import { verifyAccessToken } from '../../../src/oauth/verify-access-token.ts'
import { PUBLIC_CLIENT, REDIRECT } from '../../helpers/keycloak/public-client.ts'
import { registeredClient } from '../../helpers/keycloak/registration.ts'
import { type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'
import { ofItsVersion } from '../../helpers/program/version-warnings.ts'

const MCP_URLS = ['http://localhost:8000/mcp', 'http://localhost:9000/']
const ORIGIN = 'http://localhost:5173'
const bob = { username: 'bob', password: 'two words' }
const basic = { client_name: 'options', ...PUBLIC_CLIENT }

// A name with a capital letter: Keycloak writes it in small letters in the name of the realm's default role.
const NAME = 'Options'

let realm: TestRealm
beforeAll(async () => {
  realm = await testRealm(NAME, {
    mcpUrl: MCP_URLS,
    scope: ['api:read:"Read your data"'],
    role: ['editor'],
    user: ['Bob:two words:editor'],
    userAttribute: ['bob:userLoginId=4711'],
    origin: [ORIGIN],
    tokenLifespan: 7200,
    consent: false,
  })
})
afterAll(() => realm[Symbol.asyncDispose]())

function login(client: RegisteredClient, scope: string) {
  return logIn(realm.server, { client, redirectUri: REDIRECT, user: bob, scope })
}

describe('a realm of many options', () => {
  it('shows its own scope to clients', () => {
    expect(realm.server.scopes_supported).toContain('api:read')
    expect(realm.report.scopes).toContain('api:read')
  })

  it("a realm's user gets a token with its role, scope, audiences and lifespan", async () => {
    await using client = await registeredClient(realm.server, { ...basic, scope: 'openid api:read' })
    const tokens = await login(client, 'openid api:read')
    const expected = { issuer: realm.server.issuer, jwksUri: realm.server.jwks_uri ?? '' }
    const claims = await verifyAccessToken(tokens.access_token, { ...expected, audience: MCP_URLS[1] ?? '' })
    expect(claims).toMatchObject({
      preferred_username: 'bob',
      aud: expect.arrayContaining(MCP_URLS),
      realm_access: { roles: expect.arrayContaining(['editor']) },
    })
    expect(String(claims.scope).split(' ').sort()).toEqual(['api:read', 'openid'])
    // The second can turn while Keycloak makes the token.
    expect([7200, 7201]).toContain(Number(claims.exp) - Number(claims.iat))
    expect(tokens.refresh_expires_in).toBeGreaterThan(7200)
  })

  it('lets its user stay connected, though its name is not in small letters', async () => {
    await using client = await registeredClient(realm.server, basic)
    expect((await login(client, 'openid offline_access')).scope?.split(' ')).toContain('offline_access')
  })

  it("shows an administrator its user's attribute", async () => {
    const { users } = await realm.admin()
    const [found] = await users.find({ realm: NAME, username: 'bob', exact: true })
    expect(found?.attributes).toEqual({ userLoginId: ['4711'] })
  })

  it('asks nobody for consent', async () => {
    await using client = await registeredClient(realm.server, basic)
    const { clients } = await realm.admin()
    const [found] = await clients.find({ realm: NAME, clientId: client.client_id })
    expect(found?.consentRequired).toBe(false)
  })

  it.each([
    [ORIGIN, 201],
    ['http://localhost:5174', 403],
  ])('answers a registration from a page on %s with %i', async (origin, status) => {
    const answer = await fetch(realm.server.registration_endpoint ?? '', {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({ ...basic, redirect_uris: [`${ORIGIN}/callback`] }),
    })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('access-control-allow-origin')).toBe(status === 201 ? origin : null)
  })

  it('warns of an MCP URL that ends with a slash', () => {
    expect(realm.report.warnings).toEqual([
      ...ofItsVersion,
      expect.stringMatching(/^The MCP URL http:\/\/localhost:9000\/ ends/),
    ])
  })
})
