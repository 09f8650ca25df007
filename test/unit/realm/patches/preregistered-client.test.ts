import { expect, it } from 'vitest'

import { preregisteredClient } from '../../../../src/realm/patches/preregistered-client.ts'
import type { RealmClient } from '../../../../src/realm/schema.ts'
import { BASE_REALM } from '../../support/base-realm.ts'

const found = (client: Partial<RealmClient>) =>
  preregisteredClient({ realm: 'r', clients: [{ clientId: 'c', publicClient: true, ...client }] })

it('finds the public client of the realm that we ship', () => {
  expect(preregisteredClient(BASE_REALM)).toEqual({ clientId: 'mcp-client', callbackPort: 3118 })
})

it('takes a public client with one fixed redirect on this machine', () => {
  expect(found({ redirectUris: ['http://localhost:4000/callback'] })).toEqual({
    clientId: 'c',
    callbackPort: 4000,
  })
})

it.each<[string, Partial<RealmClient>]>([
  ['is confidential', { publicClient: false, redirectUris: ['http://localhost:4000/callback'] }],
  [
    'has two redirects',
    { redirectUris: ['http://localhost:4000/callback', 'http://localhost:4001/callback'] },
  ],
  ['has another path', { redirectUris: ['http://localhost:4000/oauth/callback'] }],
  ['is on another host', { redirectUris: ['http://example.com:4000/callback'] }],
  ['has no fixed port', { redirectUris: ['http://localhost/callback'] }],
  ['has no redirect', {}],
])('leaves out one that %s', (_case, client) => {
  expect(found(client)).toBeUndefined()
})

it('finds none in a realm without clients', () => {
  expect(preregisteredClient({ realm: 'r' })).toBeUndefined()
})
