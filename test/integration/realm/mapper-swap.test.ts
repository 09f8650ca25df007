import { beforeAll, describe, expect, inject, it } from 'vitest'
import { REDIRECT } from '../../helpers/keycloak/public-client.ts'
import { sharedAdmin, type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'
import { ofItsVersion } from '../../helpers/program/version-warnings.ts'

/**
 * keycloak#51468 (CVE-2026-15572): an update turns a mapper of an allowed type into one that gives roles. Keycloak 26.6.4
 * has the hole. It is open where clients may register in Keycloak's own format, also with this realm (tried by hand).
 */
const mapper = (protocolMapper: string) => ({
  name: 'swapped',
  protocol: 'openid-connect',
  protocolMapper,
  config: { role: 'realm-management.realm-admin' },
})
const ALLOWED = mapper('oidc-sha256-pairwise-sub-mapper')
const ROLE = mapper('oidc-hardcoded-role-mapper')
/** Keycloak gives a client with pairwise subjects a mapper of the allowed type. */
const METADATA = {
  redirect_uris: [REDIRECT],
  token_endpoint_auth_method: 'none',
  subject_type: 'pairwise',
}

interface Sent {
  readonly status: number
  readonly body: Record<string, string>
}

let realm: TestRealm
let initialAccessToken: string
beforeAll(async () => {
  realm = await testRealm('mapper-swap')
  const { realms } = await sharedAdmin()
  const { token } = await realms.createClientsInitialAccess({ realm: realm.name }, { count: 20 })
  initialAccessToken = token ?? ''
  return () => realm[Symbol.asyncDispose]()
})

async function send(method: string, path: string, body: object, token?: string): Promise<Sent> {
  const response = await fetch(`${realm.server.issuer}/clients-registrations/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}

const REGISTRANTS: readonly (readonly [string, () => string | undefined])[] = [
  ['anybody', () => undefined],
  ['a client with an initial access token', () => initialAccessToken],
]

describe.each(REGISTRANTS)('%s', (_, token) => {
  it("cannot register in Keycloak's own format, with any mapper or none", async () => {
    for (const protocolMappers of [[], [ALLOWED], [ROLE]])
      expect(
        await send('POST', 'default', { redirectUris: [REDIRECT], protocolMappers }, token()),
      ).toMatchObject({
        status: 404,
        body: { error: 'Client registration provider not found' },
      })
  })

  it("the standard's format takes no mapper at registration or update", async () => {
    const refused = { status: 400, body: { error: expect.stringContaining('"protocolMappers"') } }
    for (const protocolMappers of [[ALLOWED], [ROLE]])
      expect(await send('POST', 'openid-connect', { ...METADATA, protocolMappers }, token())).toMatchObject(
        refused,
      )

    const { status, body: client } = await send('POST', 'openid-connect', METADATA, token())
    expect(status).toBe(201)
    const update = { ...METADATA, client_id: client.client_id, protocolMappers: [ROLE] }
    const own = client.registration_access_token
    expect(await send('PUT', `openid-connect/${client.client_id}`, update, own)).toMatchObject(refused)
  })

  it('the other format cannot change a client of the standard', async () => {
    const { body: client } = await send('POST', 'openid-connect', METADATA, token())
    const update = { clientId: client.client_id, redirectUris: [REDIRECT], protocolMappers: [ROLE] }
    const own = client.registration_access_token
    expect((await send('PUT', `default/${client.client_id}`, update, own)).status).toBe(404)

    const { clients } = await sharedAdmin()
    const [kept] = await clients.find({ realm: realm.name, clientId: client.client_id ?? '' })
    expect(kept?.protocolMappers?.map(({ protocolMapper }) => protocolMapper)).toEqual([
      'oidc-sha256-pairwise-sub-mapper',
    ])
  })
})

it('up warns about the hole only on a version that has it', async () => {
  const warnings = realm.report.warnings.filter((text) => text.includes('CVE-2026-15572'))
  expect(warnings).toEqual(
    inject('keycloakVersion') === '26.6.4' ? [expect.stringMatching(/Not open here.+CVE-2026-15572/)] : [],
  )
  expect(realm.report.warnings).toEqual(ofItsVersion)
})
