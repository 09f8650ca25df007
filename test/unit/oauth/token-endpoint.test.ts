import { describe, expect, it } from 'vitest'

import { clientCredentials } from '../../../src/oauth/client-credentials.ts'
import { exchangeToken } from '../../../src/oauth/exchange-token.ts'
import { introspect } from '../../../src/oauth/introspect.ts'
import { refresh } from '../../../src/oauth/refresh.ts'
import { localServer } from '../support/local-server.ts'

const PUBLIC = { client_id: 'public' }
const BASIC = { client_id: 'basic', client_secret: 's' }
const POST = { ...BASIC, client_id: 'post', token_endpoint_auth_method: 'client_secret_post' }
const TOKEN = { access_token: 'new', token_type: 'Bearer', expires_in: 60 }

/** A server whose endpoints answer so, and what they were sent. */
async function answering(status: number, body: object) {
  const sent: { readonly form: Record<string, string>; readonly authorization: string | undefined }[] = []
  const url = await localServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    sent.push({
      form: Object.fromEntries(new URLSearchParams(text)),
      authorization: request.headers.authorization,
    })
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  const server = { issuer: url, token_endpoint: `${url}/token`, introspection_endpoint: `${url}/introspect` }
  return { server, sent }
}

describe('what a client sends', () => {
  it('to refresh: its id, and its secret as it registered', async () => {
    const { server, sent } = await answering(200, TOKEN)
    for (const client of [PUBLIC, BASIC, POST]) await refresh(server, client, 'old')
    expect(sent.map(({ form }) => form)).toEqual([
      { grant_type: 'refresh_token', refresh_token: 'old', client_id: 'public' },
      { grant_type: 'refresh_token', refresh_token: 'old' },
      { grant_type: 'refresh_token', refresh_token: 'old', client_id: 'post', client_secret: 's' },
    ])
    expect(sent.map(({ authorization }) => authorization)).toEqual([
      undefined,
      `Basic ${btoa('basic:s')}`,
      undefined,
    ])
  })

  it('for a token for itself', async () => {
    const { server, sent } = await answering(200, TOKEN)
    await clientCredentials(server, POST, 'read')
    await clientCredentials(server, BASIC)
    expect(sent.map(({ form }) => form)).toEqual([
      { grant_type: 'client_credentials', scope: 'read', client_id: 'post', client_secret: 's' },
      { grant_type: 'client_credentials' },
    ])
  })

  it('to exchange a token (RFC 8693 §2.1)', async () => {
    const { server, sent } = await answering(200, { ...TOKEN, issued_token_type: 'x' })
    await exchangeToken(server, BASIC, 'of-the-user', { audience: 'api', scope: 'read' })
    expect(sent[0]?.form).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'of-the-user',
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      audience: 'api',
      scope: 'read',
    })
  })

  it('to introspect a token (RFC 7662 §2.1)', async () => {
    const { server, sent } = await answering(200, { active: true, username: 'alice' })
    expect(await introspect(server, POST, 'of-the-user')).toMatchObject({ active: true, username: 'alice' })
    expect(sent[0]?.form).toEqual({ token: 'of-the-user', client_id: 'post', client_secret: 's' })
  })
})

it.each([
  ['a refresh', (server: Server) => refresh(server, PUBLIC, 'old')],
  ['a token for itself', (server: Server) => clientCredentials(server, BASIC)],
  ['an exchange', (server: Server) => exchangeToken(server, BASIC, 'of-the-user')],
  ['an introspection', (server: Server) => introspect(server, BASIC, 'of-the-user')],
])('a refusal of %s has the words of the server', async (_, ask) => {
  const { server } = await answering(400, { error: 'invalid_grant', error_description: 'Not this time' })
  await expect(ask(server)).rejects.toMatchObject({
    code: 'LOGIN_REFUSED',
    exitCode: 5,
    why: 'invalid_grant: Not this time',
  })
})

it('a refused scope is named with the known ones, without a cause', async () => {
  const { server } = await answering(400, {
    error: 'invalid_scope',
    error_description: 'Invalid scopes: a b',
  })
  const knowing = { ...server, scopes_supported: ['read', 'a'] }
  const error = await clientCredentials(knowing, BASIC, 'a b').catch((thrown: unknown) => thrown)
  expect(error).toMatchInlineSnapshot(`
    ✘ The client basic may not ask for the scope "b".  [LOGIN_REFUSED]
      Why  invalid_scope: Invalid scopes: a b
      Fix  Choose from: a read; or define it with --scope when the realm is created.
  `)
  expect(error).not.toHaveProperty('cause')
})

type Server = Awaited<ReturnType<typeof answering>>['server']
