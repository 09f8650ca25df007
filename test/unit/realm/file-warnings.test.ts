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
  it.each<[string, Partial<Realm>, string]>([
    ['without enabled', { enabled: undefined }, 'The realm "r" is disabled: nobody can log in.'],
    [
      'per undefined client scope',
      {
        clientScopes: [{ name: 'a' }],
        clients: ['c', 'd'].map((clientId) => ({ clientId, optionalClientScopes: ['phone'] })),
      },
      'The client scope "phone" is not defined: Keycloak ignores it in optionalClientScopes of client "c", optionalClientScopes of client "d". Keycloak adds none of its own scopes',
    ],
    [
      'for placeholders of keycloak-config-cli',
      {
        displayName: '$(env:TITLE:-Shop)',
        clients: [{ clientId: 'c', secret: '$(env:SECRET)', redirectUris: ['http://$(env:TITLE:-Shop)'] }],
      },
      'Keycloak takes $(env:TITLE:-Shop), $(env:SECRET) as plain text:',
    ],
    [
      'per role that only a group names',
      { groups: [{ name: 'g', subGroups: [{ name: 's', realmRoles: ['editor'] }] }] },
      'The realm role "editor" is not defined: Keycloak creates it for group "s",',
    ],
    [
      'per undefined role',
      { users: ['u', 'v'].map((username) => ({ username, realmRoles: ['editor'], credentials: PASSWORD })) },
      'The realm role "editor" is not defined: Keycloak creates it for user "u", user "v",',
    ],
    [
      'for users without a password',
      { users: [{ username: 'u' }, { username: 'v' }] },
      'The users "u", "v" have no password',
    ],
    [
      'for a hashed password',
      { users: [{ username: 'u', credentials: [{ type: 'password', secretData: '{}' }] }] },
      'The user "u" has only a hashed password',
    ],
    [
      'for hidden secrets',
      { clients: [{ clientId: 'c', secret: '**********' }] },
      'An export has hidden the secret in clients[c].secret: Keycloak takes the asterisks as the secret.',
    ],
    [
      "for a theme that is not Keycloak's",
      { loginTheme: 'shop' },
      'The theme "shop" (loginTheme) is not part of Keycloak',
    ],
    [
      'for LDAP',
      {
        components: {
          'org.keycloak.storage.UserStorageProvider': [
            { providerId: 'ldap', config: { connectionUrl: ['ldap://corp.example'] } },
          ],
        },
      },
      'Users come from the LDAP server at ldap://corp.example:',
    ],
    [
      'for an identity provider',
      {
        identityProviders: [{ alias: 'corp', config: { authorizationUrl: 'https://id.corp.example/auth' } }],
      },
      'Logins with the identity provider "corp" need an answer of id.corp.example, which has to allow redirects to /realms/r/broker/corp/endpoint.',
    ],
  ])('%s', (_case, part, start) => {
    const warnings = warningsOf(part)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain(start)
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
