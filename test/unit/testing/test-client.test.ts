import { expect, it } from 'vitest'

import { adminLogin } from '../../../src/keycloak/admin.ts'
import { clientRegistry } from '../../../src/testing/client-registry.ts'
import { type Registry, registerTestClient } from '../../../src/testing/test-client.ts'
import { deadUrl, localServer } from '../support/local-server.ts'

/** A Keycloak that registers clients; what becomes of a client, another server answers. */
async function registry(managing: string): Promise<Registry> {
  const issuer = await localServer((_, response) => {
    const client = {
      client_id: 'one',
      registration_client_uri: managing,
      registration_access_token: 'secret',
    }
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(client))
  })
  const login = { url: managing, admin: { username: 'admin', password: 'secret' }, runtime: 'external' }
  return {
    realm: 'shop',
    server: { issuer, registration_endpoint: issuer },
    initialAccessToken: null,
    admin: () => adminLogin(login),
    clients: clientRegistry('shop', undefined),
    isGone: () => false,
    assertThere: () => {},
  }
}

async function failingTest(shop: Registry): Promise<void> {
  await using _client = await registerTestClient(shop, {})
  throw new Error('what the test is about')
}

it('a client keeps the error of its test when Keycloak is gone, and warns', async () => {
  const shop = await registry(await deadUrl())
  await expect(failingTest(shop)).rejects.toThrow('what the test is about')
  expect(shop.clients.left()).toMatchObject([{ clientId: 'one' }])
})

it('says at the end that Keycloak refuses to delete it', async () => {
  const shop = await registry(await localServer((_, response) => response.writeHead(403).end()))
  await expect(failingTest(shop)).rejects.toMatchObject({
    name: 'SuppressedError',
    error: { code: 'ADMIN_LOGIN_REFUSED' },
    suppressed: { message: 'what the test is about' },
  })
})
