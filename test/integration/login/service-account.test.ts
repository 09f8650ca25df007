import { beforeAll, describe, expect, it } from 'vitest'

import { realmEndpoints } from '../../../src/config/endpoints.ts'
import { resolveConfig } from '../../../src/config/resolve.ts'
import { discover, type ServerMetadata } from '../../../src/oauth/discover.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import { deleteClient, registerClient } from '../../../src/oauth/register.ts'
import { verifyAccessToken } from '../../../src/oauth/verify-access-token.ts'
import { env } from '../../../src/operations/env.ts'
import { up } from '../../../src/operations/up.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { REDIRECT } from '../../helpers/keycloak/public-client.ts'

const { url, instance, dataFolder } = sharedKeycloak()
const realm = 'machines'
const MCP_URL = 'http://localhost:18690/mcp'
const endpoints = realmEndpoints(url, realm)
const registration = `${endpoints.issuer}/clients-registrations`
const testuser = { username: 'testuser', password: 'password123' }
const REFUSED = { status: 400, body: { error_description: 'Request not allowed' } }

const basic = {
  client_name: 'integration test',
  redirect_uris: [REDIRECT],
  token_endpoint_auth_method: 'client_secret_post',
  grant_types: ['authorization_code', 'refresh_token'],
}
const greedy = { ...basic, grant_types: ['authorization_code', 'client_credentials'] }
/** In Keycloak's own words, which its other registration endpoint takes. */

let server: ServerMetadata
let variables: Readonly<Record<string, string>>

beforeAll(async () => {
  const flags = {
    instance,
    dataFolder,
    realm,
    with: ['service-account'],
    serviceAccount: ['ci', 'nightly'],
    mcpUrl: [MCP_URL],
  }
  const { config } = await resolveConfig({ flags, env: {}, cwd: dataFolder })
  await up(config) // plays a client, so registration and login still work
  server = await discover(endpoints.issuer)
  variables = (await env(config)).variables
})

describe('a service account', () => {
  it.each([
    ['ci', ''],
    ['nightly', '_2'],
  ])('%s gets a token for the MCP server, with what env hands over', async (name, suffix) => {
    const id = variables[`SERVICE_ACCOUNT_CLIENT_ID${suffix}`] ?? ''
    const secret = variables[`SERVICE_ACCOUNT_CLIENT_SECRET${suffix}`] ?? ''
    expect(id).toBe(name)
    const { status, body } = await clientCredentials(id, secret)
    expect(status).toBe(200)
    const expected = { issuer: endpoints.issuer, audience: MCP_URL, jwksUri: endpoints.jwks }
    expect(await verifyAccessToken(body.access_token ?? '', expected)).toMatchObject({
      azp: name,
      preferred_username: `service-account-${name}`,
      sub: expect.any(String),
    })
  })

  it('gets none without its secret, and logs nobody in', async () => {
    expect(await clientCredentials('ci', 'wrong')).toMatchObject({ status: 401 })
    const query = new URLSearchParams({ client_id: 'ci', response_type: 'code', redirect_uri: REDIRECT })
    expect((await fetch(`${endpoints.authorization}?${query}`, { redirect: 'manual' })).status).toBe(400)
  })
})

describe('a client that registered itself', () => {
  it('logs in and refreshes as before, public or confidential', async () => {
    for (const token_endpoint_auth_method of ['none', 'client_secret_post']) {
      const client = await registerClient(server, { ...basic, token_endpoint_auth_method })
      const request = { client, redirectUri: REDIRECT, user: testuser, resource: MCP_URL }
      const { refresh_token = '' } = await logIn(server, { ...request, scope: 'openid offline_access' })
      const secret = client.client_secret ? { client_secret: client.client_secret } : {}
      const form = { grant_type: 'refresh_token', refresh_token, client_id: client.client_id, ...secret }
      expect(await token(form)).toMatchObject({ status: 200 })
      await deleteClient(client)
    }
  })

  it.each([undefined, '', 'openid', 'mcp:tools'])('with scope %j gets no token for itself', async (scope) => {
    const metadata = { ...greedy, ...(scope !== undefined && { scope }) }
    const client = await registerClient(server, metadata)
    expect(await clientCredentials(client.client_id, client.client_secret)).toMatchObject(REFUSED)
    await deleteClient(client)
  })

  it.each(['token-without-login', 'token-without-login-confirmed', 'service_account'])(
    'cannot register with the scope %s',
    async (scope) => {
      await expect(registerClient(server, { ...greedy, scope })).rejects.toMatchObject({
        why: expect.stringContaining('Allowed Client Scopes'),
      })
    },
  )

  it("cannot register in Keycloak's own format, whose clientTemplate takes such a scope unchecked", async () => {
    const response = await fetch(`${registration}/default`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirectUris: [REDIRECT], clientTemplate: 'token-without-login' }),
    })
    expect(response.status).toBe(404)
  })
})

it('gives nobody a token for a password', async () => {
  const form = { grant_type: 'password', client_id: 'admin-cli', ...testuser }
  expect(await token(form)).toMatchObject(REFUSED)
})

function clientCredentials(id = '', secret = '') {
  return token({ grant_type: 'client_credentials', client_id: id, client_secret: secret })
}

async function token(form: Record<string, string>) {
  const response = await fetch(endpoints.token, { method: 'POST', body: new URLSearchParams(form) })
  return { status: response.status, body: (await response.json()) as { access_token?: string } }
}
