import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { CLIENT_PROFILES } from '../../../src/clients/all.ts'
import { discover, type ServerMetadata } from '../../../src/oauth/discover.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import {
  type ClientMetadata,
  deleteClient,
  type RegisteredClient,
  registerClient,
} from '../../../src/oauth/register.ts'
import { verifyAccessToken } from '../../../src/oauth/verify-access-token.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { PUBLIC_CLIENT, REDIRECT } from '../../helpers/keycloak/public-client.ts'

const { issuer } = sharedKeycloak()
const MCP_URL = 'http://localhost:8000/mcp'
const testuser = { username: 'testuser', password: 'password123' }

let server: ServerMetadata
beforeAll(async () => {
  server = await discover(issuer)
})

const registering = CLIENT_PROFILES.flatMap(({ name, registration }) =>
  registration ? [{ name, registration }] : [],
)

describe.each(registering)('$name', ({ registration }) => {
  it('a client program registers with its real request, logs in and gets a token', async () => {
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

const basic = { client_name: 'integration test', ...PUBLIC_CLIENT }

/** Registers a client and deletes it when the test ends. */
async function register(metadata: ClientMetadata): Promise<RegisteredClient> {
  const client = await registerClient(server, metadata)
  onTestFinished(() => deleteClient(client))
  return client
}

function verify(accessToken: string) {
  return verifyAccessToken(accessToken, { issuer, audience: MCP_URL, jwksUri: server.jwks_uri ?? '' })
}
