import { readFile } from 'node:fs/promises'

import { describe, expect, it } from 'vitest'
import { assetPath } from '../../../src/assets.ts'
import type { RegistrationPolicy } from '../../../src/realm/schema.ts'
import { BASE_REALM, POLICIES } from '../support/base-realm.ts'

const text = await readFile(assetPath('realms/fastmcp.json'), 'utf8')

interface Named {
  readonly name: string
}

/** What we look at here and nowhere else. */
const realm = BASE_REALM as typeof BASE_REALM & {
  readonly eventsExpiration: number
  readonly defaultDefaultClientScopes: readonly string[]
  readonly defaultOptionalClientScopes: readonly string[]
  readonly clientProfiles: { readonly profiles: readonly Named[] }
  readonly clientPolicies: { readonly policies: readonly Named[] }
}
const byName = (items: readonly Named[]) => Object.fromEntries(items.map((item) => [item.name, item]))
const policies = BASE_REALM.components?.[POLICIES] as (RegistrationPolicy & { name: string })[]
const policy = (providerId: string) =>
  policies.find((found) => found.providerId === providerId && found.subType === 'anonymous')?.config

describe('registration in realms/fastmcp.json', () => {
  it('lists every policy of Keycloak, for with one alone the others would be gone', () => {
    expect(policies.map(({ subType, providerId }) => `${subType} ${providerId}`)).toEqual([
      'anonymous trusted-hosts',
      'anonymous consent-required',
      'anonymous max-clients',
      'anonymous allowed-client-templates',
      'anonymous allowed-protocol-mappers',
      'anonymous registration-web-origins',
      'authenticated allowed-client-templates',
      'authenticated allowed-protocol-mappers',
      'authenticated registration-web-origins',
    ])
  })

  it('checks the URIs of a client and not where it sends from', () => {
    expect(policy('trusted-hosts')).toMatchObject({
      'host-sending-registration-request-must-match': ['false'],
      'client-uris-must-match': ['true'],
    })
    expect(policy('trusted-hosts')?.['trusted-hosts']).toEqual(
      expect.arrayContaining(['localhost', '127.0.0.1', '[::1]']),
    )
  })

  it('has a limit, and room for many', () => {
    expect(Number(policy('max-clients')?.['max-clients']?.[0])).toBeGreaterThanOrEqual(200)
  })

  it('the realm allows openid and no mapper that forges a claim', () => {
    expect(policy('allowed-client-templates')).toEqual({
      'allow-default-scopes': ['true'],
      'allowed-client-scopes': ['openid'],
    })
    expect(policy('allowed-protocol-mappers')).toEqual({
      'allowed-protocol-mapper-types': ['oidc-sha256-pairwise-sub-mapper'],
    })
  })

  it('lets the web page of the MCP Inspector read the answer', () => {
    expect(policy('registration-web-origins')?.['web-origins']).toEqual([
      'http://localhost:6274',
      'http://127.0.0.1:6274',
    ])
  })

  it('the realm requires PKCE S256 and a login from self-registered clients', () => {
    expect(byName(realm.clientProfiles.profiles)).toMatchObject({
      refuse: { executors: [{ executor: 'reject-request' }] },
      'self-registered-client': {
        executors: [
          { executor: 'pkce-enforcer', configuration: { 'auto-configure': true } },
          { executor: 'reject-implicit-grant' },
        ],
      },
    })
    const unattended = ['client_credentials', 'password', 'urn:ietf:params:oauth:grant-type:device_code']
    expect(byName(realm.clientPolicies.policies)).toMatchObject({
      'self-registered': { enabled: true, profiles: ['self-registered-client'] },
      'no-token-without-login': {
        enabled: true,
        profiles: ['refuse'],
        conditions: [{ condition: 'grant-type', configuration: { grant_types: unattended } }],
      },
    })
  })
})

describe('users in realms/fastmcp.json', () => {
  it.each(BASE_REALM.users ?? [])(
    'are complete, so that Keycloak asks for nothing at login: $username',
    (user) => {
      expect(user).toEqual({
        id: expect.stringMatching(/^7e57da7a-0000-4000-8000-00000000000\d$/),
        username: expect.any(String),
        enabled: true,
        email: `${user.username}@example.com`,
        emailVerified: true,
        firstName: expect.any(String),
        lastName: expect.any(String),
        credentials: [{ type: 'password', value: 'password123' }],
        realmRoles: expect.arrayContaining(['default-roles-fastmcp']),
      })
    },
  )

  it('are testuser, and testadmin with the role admin', () => {
    const roles = BASE_REALM.users?.map(({ username, realmRoles }) => [
      username,
      realmRoles?.includes('admin'),
    ])
    expect(roles).toEqual([
      ['testuser', false],
      ['testadmin', true],
    ])
  })
})

describe('realms/fastmcp.json', () => {
  it('records events, so that a failed login can be explained', () => {
    expect(realm).toMatchObject({ realm: 'fastmcp', enabled: true, eventsEnabled: true })
    expect(realm.eventsExpiration).toBeGreaterThan(0)
  })

  it('has nothing that Keycloak refuses or that works in one way of importing alone', () => {
    expect(text).not.toContain('$schema')
    const placeholders = [...text.matchAll(/\$\{([^}]*)\}/g)].map((match) => match[1])
    // Keycloak's own: two message keys of its themes, and the client's id in a claim name.
    expect(new Set(placeholders)).toEqual(
      new Set(['profileScopeConsentText', 'emailScopeConsentText', 'client_id']),
    )
  })

  it('the realm file has no ids except those of its users', () => {
    expect(text.match(/"id":/g)).toHaveLength(BASE_REALM.users?.length ?? 0)
    expect(text).not.toMatch(/"(containerId|keycloakVersion|_id)":/)
  })

  it('names only scopes that it defines', () => {
    const defined = BASE_REALM.clientScopes?.map(({ name }) => name)
    const used = [...realm.defaultDefaultClientScopes, ...realm.defaultOptionalClientScopes]
    expect(defined).toEqual(expect.arrayContaining(used))
    expect(new Set(used).size).toBe(used.length)
  })

  it('puts subject, roles and audience into the scope that every client gets', () => {
    const basic = BASE_REALM.clientScopes?.find(({ name }) => name === 'basic')
    expect(realm.defaultDefaultClientScopes).toContain('basic')
    expect(basic?.protocolMappers?.map(({ protocolMapper }) => protocolMapper)).toEqual(
      expect.arrayContaining(['oidc-sub-mapper', 'oidc-usermodel-realm-role-mapper', 'oidc-audience-mapper']),
    )
  })

  it('leaves nothing to the account of a client: no secrets', () => {
    expect(text).not.toMatch(/"secret":|"serviceAccountsEnabled": true|"directAccessGrantsEnabled": true/)
  })
})
