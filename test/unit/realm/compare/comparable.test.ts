import { describe, expect, it } from 'vitest'

import { comparable, declaredIn, renamed, withoutUserIds } from '../../../../src/realm/compare/comparable.ts'
import { driftBetween } from '../../../../src/realm/compare/drift.ts'
import type { Json } from '../../../../src/realm/overlay.ts'
import { BASE_REALM } from '../../support/base-realm.ts'
import { EXPORTED } from '../../support/recorded-realm.ts'

const STATED = declaredIn(BASE_REALM)
const compare = (actual: Json) => driftBetween(comparable(EXPORTED, STATED), comparable(actual, STATED))
const list = (key: string) => EXPORTED[key] as readonly Json[]
const withClient = (client: Json, more: Json = {}) => ({
  ...EXPORTED,
  ...more,
  clients: [...list('clients'), client],
})

describe('two makings of the same realm', () => {
  it('have other ids, times, secrets and keys, and are the same', () => {
    const text = JSON.stringify(EXPORTED, (key, value) => {
      if (key === 'id' && typeof value === 'string' && !value.startsWith('7e57da7a')) return `other-${value}`
      if (['containerId', 'createdTimestamp', 'client.secret.creation.time', 'secret'].includes(key))
        return 'other'
      if (key === 'org.keycloak.keys.KeyProvider') return [{ providerId: 'rsa', config: {} }]
      if (key.startsWith('mcp-keycloak.')) return 'other'
      return value
    })
    expect(text).not.toBe(JSON.stringify(EXPORTED))
    expect(compare(JSON.parse(text))).toEqual([])
  })

  it('may have other clients that registered themselves, with all that belongs to them', () => {
    const id = '11111111-2222-4333-8444-555555555555'
    const roles = EXPORTED.roles as Json
    const actual = withClient(
      { id, clientId: id, serviceAccountsEnabled: true },
      {
        roles: { ...roles, client: { ...(roles.client as Json), [id]: [{ name: 'r' }] } },
        users: [...list('users'), { username: `service-account-${id}`, serviceAccountClientId: id }],
        scopeMappings: [...list('scopeMappings'), { client: id, roles: ['admin'] }],
        clientScopeMappings: {
          ...(EXPORTED.clientScopeMappings as Json),
          [id]: [{ client: 'x', roles: [] }],
        },
      },
    )
    expect(compare(actual)).toEqual([])
  })

  it('may have other copies of client metadata documents', () => {
    const clientId = 'https://app.test/client.json'
    const attributes = { 'cimd.cache.expiry.time.in.sec': '1' }
    expect(compare(withClient({ id: 'x', clientId, attributes }))).toEqual([])
    expect(compare(withClient({ id: 'x', clientId })).map(({ path }) => path)).toEqual([
      `clients[${clientId}]`,
    ])
  })

  it('are the same under different names', () => {
    const other = renamed(EXPORTED, 'fastmcp', 'Name "with" quotes')
    expect(other.realm).toBe('Name "with" quotes')
    expect(JSON.stringify(other)).not.toContain('fastmcp')
    expect(JSON.stringify(other)).toContain('default-roles-name \\"with\\" quotes')
  })
})

describe('what a realm file says itself', () => {
  it('is compared: the ids of users, secrets, keys', () => {
    const stated = declaredIn({
      ...BASE_REALM,
      clients: [{ clientId: 'c', secret: 's' }],
      components: { 'org.keycloak.keys.KeyProvider': [{ providerId: 'rsa' }] },
    })
    const realm = (secret: string, id: string, providerId: string) =>
      comparable(
        {
          clients: [{ clientId: 'c', secret }],
          users: [{ username: 'testuser', id }],
          components: { 'org.keycloak.keys.KeyProvider': [{ providerId }] },
        },
        stated,
      )
    expect(driftBetween(realm('s', 'i', 'rsa'), realm('t', 'j', 'aes')).map(({ path }) => path)).toEqual([
      'clients[c].secret',
      'components.org.keycloak.keys.KeyProvider[aes]',
      'components.org.keycloak.keys.KeyProvider[rsa]',
      'users[testuser].id',
    ])
  })

  it('is the id of a user, unless that is not to count', () => {
    const actual = comparable(EXPORTED, STATED)
    expect((actual.users as Json[]).map(({ id }) => id)).toContain('7e57da7a-0000-4000-8000-000000000001')
    expect(JSON.stringify(withoutUserIds(actual).users)).not.toContain('7e57da7a')
  })
})
