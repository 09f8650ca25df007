import { expect, it } from 'vitest'

import { browserlessLogin } from '../../../src/oauth/browserless-login.ts'
import { clientCredentials } from '../../../src/oauth/client-credentials.ts'
import { discover } from '../../../src/oauth/discover.ts'
import { exchangeToken } from '../../../src/oauth/exchange-token.ts'
import { introspect } from '../../../src/oauth/introspect.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import { readClient, updateClient } from '../../../src/oauth/manage-registration.ts'
import { refresh } from '../../../src/oauth/refresh.ts'
import { deleteClient, registerClient } from '../../../src/oauth/register.ts'
import { verifyAccessToken } from '../../../src/oauth/verify-access-token.ts'
import { deadUrl, localServer } from '../support/local-server.ts'

const redirectUri = 'http://localhost:3117/callback'
const user = { username: 'a', password: 'b' }
const TOKEN = `${btoa('{"alg":"RS256"}')}.${btoa('{}')}.x`.replaceAll('=', '')

const serverAt = (url: string) => ({
  issuer: url,
  authorization_endpoint: `${url}/auth`,
  token_endpoint: `${url}/token`,
  introspection_endpoint: `${url}/introspect`,
  registration_endpoint: `${url}/register`,
})
type Server = ReturnType<typeof serverAt>

const clientOf = ({ issuer }: Server) => ({
  client_id: 'x',
  client_secret: 's',
  registration_client_uri: `${issuer}/register/x`,
  registration_access_token: 't',
})

it.each<[string, (server: Server) => Promise<unknown>]>([
  ['discovery', ({ issuer }) => discover(issuer)],
  ['a registration', (server) => registerClient(server, { redirect_uris: [redirectUri] })],
  ['reading a registration', (server) => readClient(clientOf(server))],
  ['changing a registration', (server) => updateClient(clientOf(server), { redirect_uris: [] })],
  ['deleting a registration', (server) => deleteClient(clientOf(server))],
  [
    'a page of the login',
    (server) => browserlessLogin(new URL(server.authorization_endpoint), redirectUri, user),
  ],
  ['a login', (server) => logIn(server, { client: clientOf(server), redirectUri, user })],
  ['a refresh', (server) => refresh(server, clientOf(server), 'old')],
  ['a token for itself', (server) => clientCredentials(server, clientOf(server))],
  ['an exchange', (server) => exchangeToken(server, clientOf(server), 'of-the-user')],
  ['an introspection', (server) => introspect(server, clientOf(server), 'of-the-user')],
  [
    'the keys',
    ({ issuer }) => verifyAccessToken(TOKEN, { issuer, audience: 'a', jwksUri: `${issuer}/certs` }),
  ],
])('%s of a server that is gone says that it does not answer', async (_, ask) => {
  const url = await deadUrl()
  await expect(ask(serverAt(url))).rejects.toMatchObject({
    code: 'KEYCLOAK_UNREACHABLE',
    exitCode: 4,
    message: expect.stringContaining(url),
    why: expect.stringContaining('ECONNREFUSED'),
  })
})

it('a server that stops between login and token is unreachable, not a refusal', async () => {
  const gone = await deadUrl()
  const url = await localServer((request, response) => {
    const state = new URL(request.url ?? '', 'http://x').searchParams.get('state')
    response.writeHead(302, { location: `${redirectUri}?code=1&state=${state}` }).end()
  })
  const server = { ...serverAt(gone), authorization_endpoint: `${url}/auth` }
  await expect(logIn(server, { client: clientOf(server), redirectUri, user })).rejects.toMatchObject({
    code: 'KEYCLOAK_UNREACHABLE',
  })
})
