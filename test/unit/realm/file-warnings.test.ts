import { describe, expect, it } from 'vitest'

import { fileWarnings } from '../../../src/realm/file-warnings.ts'
import type { Realm } from '../../../src/realm/schema.ts'
import { BASE_REALM } from '../support/base-realm.ts'

const warningsOf = (part: Partial<Realm>) => fileWarnings({ realm: 'r', enabled: true, ...part })

const PASSWORD = [{ type: 'password', value: 'x' }]

it('the realm that we ship has no warnings', () => {
  expect(fileWarnings(BASE_REALM)).toEqual([])
})

describe('a realm file gets one warning', () => {
  it.each<[string, Partial<Realm>]>([
    ['without enabled', { enabled: undefined }],
    [
      'per undefined client scope',
      {
        clientScopes: [{ name: 'a' }],
        clients: ['c', 'd'].map((clientId) => ({ clientId, optionalClientScopes: ['phone'] })),
      },
    ],
    [
      'for placeholders of keycloak-config-cli',
      {
        displayName: '$(env:TITLE:-Shop)',
        clients: [{ clientId: 'c', secret: '$(env:SECRET)', redirectUris: ['http://$(env:TITLE:-Shop)'] }],
      },
    ],
    [
      'per role that only a group names',
      { groups: [{ name: 'g', subGroups: [{ name: 's', realmRoles: ['editor'] }] }] },
    ],
    [
      'per undefined role',
      { users: ['u', 'v'].map((username) => ({ username, realmRoles: ['editor'], credentials: PASSWORD })) },
    ],
    ['for users without a password', { users: [{ username: 'u' }, { username: 'v' }] }],
    [
      'for a hashed password',
      { users: [{ username: 'u', credentials: [{ type: 'password', secretData: '{}' }] }] },
    ],
    ['for hidden secrets', { clients: [{ clientId: 'c', secret: '**********' }] }],
    ["for a theme that is not Keycloak's", { loginTheme: 'shop' }],
    [
      'for LDAP',
      {
        components: {
          'org.keycloak.storage.UserStorageProvider': [
            { providerId: 'ldap', config: { connectionUrl: ['ldap://corp.example'] } },
          ],
        },
      },
    ],
    [
      'for an identity provider',
      {
        identityProviders: [{ alias: 'corp', config: { authorizationUrl: 'https://id.corp.example/auth' } }],
      },
    ],
  ])('%s', (_case, part) => {
    const warnings = warningsOf(part)
    expect(warnings).toHaveLength(1)
    expect(warnings).toMatchSnapshot()
  })
})

it('users of other directories, identity providers and service accounts need no password', () => {
  const users = [
    { username: 'a', federationLink: 'ldap' },
    { username: 'b', federatedIdentities: [{ identityProvider: 'x' }] },
    { username: 'c', serviceAccountClientId: 'api' },
  ]
  expect(warningsOf({ users })).toEqual([])
})
