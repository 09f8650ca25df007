import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { PUBLIC_CLIENT, REDIRECT } from '../../helpers/keycloak/public-client.ts'
import { postRegistration, registeredClient } from '../../helpers/keycloak/registration.ts'
import { type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'

const MCP_URL = 'http://localhost:8000/mcp'
const basic = { client_name: 'refused', ...PUBLIC_CLIENT }

let realm: TestRealm
let clientsBefore: number
beforeAll(async () => {
  realm = await testRealm('refused-registration')
  clientsBefore = await realm.countClients()
})
afterAll(() => realm[Symbol.asyncDispose]())

afterEach(async () => {
  expect(await realm.countClients(), 'nothing of a refused client is left').toBe(clientsBefore)
})

describe('a registration', () => {
  const policy = (name: string, details: string) => ({
    status: 403,
    body: {
      error: 'insufficient_scope',
      error_description: `Policy '${name}' rejected request to client-registration service. Details: ${details}`,
    },
  })
  const foreign = policy('Trusted Hosts', "URI doesn't match any trusted host or trusted domain")
  /** Keycloak stumbles over a URI without a host: an error of its own, but no client either. */
  const stumbles = {
    status: 500,
    body: { error: 'unknown_error', error_description: 'For more on this error consult the server log.' },
  }
  const illegal = (error_description: string) => ({
    status: 400,
    body: { error: 'invalid_redirect_uri', error_description },
  })

  it.each([
    ['to a foreign host', 'https://evil.example/callback', foreign],
    ['to a host whose name begins like ours', 'http://localhost.evil.example/callback', foreign],
    ['to a foreign host behind the name of ours', 'http://localhost:8000@evil.example/callback', foreign],
    ['to every address of this machine', 'http://0.0.0.0:3117/callback', foreign],
    ['to the loopback interface as a number', 'http://2130706433/callback', foreign],
    [
      'that browsers and Java read differently',
      'https://evil.example\\@localhost/',
      policy('Trusted Hosts', 'URI is malformed'),
    ],
    ['that is a script', 'javascript:alert(1)', stumbles],
    [
      'that is a script and has a host',
      'javascript://localhost/%0aalert(1)',
      illegal('A redirect URI uses an illegal scheme'),
    ],
    ['that is data', 'data:text/html,x', stumbles],
    ['without a host', 'com.example.app:/callback', stumbles],
    ['with an empty host', 'http:///callback', stumbles],
    ['to any port', 'http://localhost:*/callback', stumbles],
    ['to anywhere', '*', stumbles],
    ['to any host of a trusted domain', 'https://*.claude.ai/callback', stumbles],
    ['with a fragment', `${REDIRECT}#x`, illegal('A redirect URI must not contain an URL fragment')],
  ])('is refused with a redirect %s, alone or beside a good one', async (_case, uri, answer) => {
    expect(await postRegistration(realm.server, { ...basic, redirect_uris: [uri] })).toEqual(answer)
    expect(await postRegistration(realm.server, { ...basic, redirect_uris: [REDIRECT, uri] })).toEqual(answer)
  })

  it.each([
    [
      'a home page on a foreign host',
      { client_uri: 'https://evil.example/' },
      policy('Trusted Hosts', "URL doesn't match any trusted host or trusted domain"),
    ],
    [
      'a scope that the realm does not have',
      { scope: 'openid payroll:write' },
      policy('Allowed Client Scopes', 'Not permitted to use specified clientScope'),
    ],
    [
      'a scope that is not for clients to ask for',
      { scope: 'service_account' },
      policy('Allowed Client Scopes', 'Not permitted to use specified clientScope'),
    ],
    [
      'a member that Keycloak does not know',
      { resource: MCP_URL },
      {
        status: 400,
        body: {
          error: expect.stringMatching(
            /^Invalid json representation for OIDCClientRepresentation\. Unrecognized field "resource" at line 1 column \d+\.$/,
          ),
        },
      },
    ],
    [
      'keys that it does not name',
      { token_endpoint_auth_method: 'private_key_jwt' },
      {
        status: 400,
        body: { error: 'invalid_client_metadata', error_description: 'Client metadata invalid' },
      },
    ],
  ])('is refused with %s', async (_case, members, answer) => {
    expect(await postRegistration(realm.server, { ...basic, ...members })).toEqual(answer)
  })

  it.each([
    [
      "in Keycloak's own format, in which it could choose an id and roles for everybody",
      'default',
      { clientId: 'http://localhost:8000', redirectUris: [REDIRECT], defaultRoles: ['reader'] },
    ],
    ['as a SAML service provider', 'saml2-entity-descriptor', {}],
  ])('cannot be made %s', async (_case, format, body) => {
    const { registration_endpoint: endpoint = '' } = realm.server
    const server = { ...realm.server, registration_endpoint: endpoint.replace(/openid-connect$/, format) }
    expect(await postRegistration(server, body)).toEqual({
      status: 404,
      body: { error: 'Client registration provider not found' },
    })
  })
})

describe('a realm that is full', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-overlay-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('Keycloak refuses a client above the limit and takes one below it', async () => {
    const limit = clientsBefore + 1
    const overlay = join(folder, 'few-clients.json')
    await writeFile(overlay, JSON.stringify(maxClients(limit)))
    await using full = await testRealm('full', { with: [overlay] })
    const { server } = full
    {
      await using _last = await registeredClient(server, basic)
      expect(await full.countClients()).toBe(limit)
      expect(await postRegistration(server, basic)).toEqual({
        status: 403,
        body: {
          error: 'insufficient_scope',
          error_description: `Policy 'Max Clients Limit' rejected request to client-registration service. Details: It's allowed to have max ${limit} clients per realm`,
        },
      })
      expect(await full.countClients()).toBe(limit)
    }
    await using _next = await registeredClient(server, basic)
  })

  function maxClients(limit: number) {
    const policy = {
      providerId: 'max-clients',
      subType: 'anonymous',
      config: { 'max-clients': [String(limit)] },
    }
    const type = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy'
    return { components: { [type]: [policy] } }
  }
})
