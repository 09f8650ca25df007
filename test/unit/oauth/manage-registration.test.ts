import { expect, it } from 'vitest'

import { readClient, updateClient } from '../../../src/oauth/manage-registration.ts'
import { localServer } from '../support/local-server.ts'
import { refusal } from '../support/refusal.ts'

/** A registered client whose configuration endpoint answers so, and what that was sent. */
async function registered(status: number, body: object) {
  const sent: unknown[] = []
  const url = await localServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    sent.push(request.method, request.headers.authorization, text && JSON.parse(text))
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  return { client: { client_id: 'x', registration_access_token: 't', registration_client_uri: url }, sent }
}

it('reads and replaces a registration by its registration access token (RFC 7592)', async () => {
  const { client, sent } = await registered(200, { client_id: 'x', registration_access_token: 'next' })
  expect(await readClient(client)).toMatchObject({ client_id: 'x' })
  const redirect_uris = ['http://localhost:3117/callback']
  expect(await updateClient(client, { redirect_uris })).toMatchObject({ registration_access_token: 'next' })
  expect(sent).toEqual(['GET', 'Bearer t', '', 'PUT', 'Bearer t', { redirect_uris, client_id: 'x' }])
})

it.each([
  [
    'an answer that is none',
    async () => {
      const url = await localServer((_, response) => response.end('<html>'))
      return { client_id: 'x', registration_client_uri: url }
    },
  ],
  ['a client that was told no place', async () => ({ client_id: 'x' })],
])('takes %s for a refusal', async (_, client) => {
  await expect(readClient(await client())).rejects.toMatchObject({ code: 'REGISTRATION_REFUSED' })
})

it('says what was answered, and that the token may be an old one', async () => {
  const { client } = await registered(401, { error: 'invalid_token' })
  const error = await refusal(() => readClient(client))
  expect(error.code).toBe('REGISTRATION_REFUSED')
  expect(error).toMatchInlineSnapshot(`
    ✘ Keycloak did not let the client x read its registration.  [REGISTRATION_REFUSED]
      Why  It answered 401: {"error":"invalid_token"}
      Fix  Use the registration access token of its last response: each change gives a new one. Or register the client again.
  `)
})
