import { describe, expect, it } from 'vitest'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'

const { issuer } = sharedKeycloak()
const registration = `${issuer}/clients-registrations/openid-connect`
const body = JSON.stringify({
  client_name: 'MCP Inspector',
  redirect_uris: ['http://localhost:6274/oauth/callback'],
  token_endpoint_auth_method: 'none',
})

describe.each(['http://localhost:6274', 'http://127.0.0.1:6274'])("Inspector's page on %s", (origin) => {
  it('passes the preflight of a discovery with its protocol version', async () => {
    const answer = await fetch(`${issuer}/.well-known/oauth-authorization-server`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'mcp-protocol-version',
      },
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-headers')?.toLowerCase()).toContain(
      'mcp-protocol-version',
    )
  })

  it('may register a client', async () => {
    const answer = await fetch(registration, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body,
    })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
    const client = (await answer.json()) as {
      registration_client_uri: string
      registration_access_token: string
    }
    const authorization = `Bearer ${client.registration_access_token}`
    await fetch(client.registration_client_uri, { method: 'DELETE', headers: { authorization } })
  })
})

it('refuses a registration from a page on a foreign origin', async () => {
  const answer = await fetch(registration, {
    method: 'POST',
    headers: { origin: 'https://evil.example', 'content-type': 'application/json' },
    body,
  })
  expect(answer.status).toBe(403)
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
})
