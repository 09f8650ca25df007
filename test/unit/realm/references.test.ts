import { describe, expect, it } from 'vitest'

import { assertReferences, takenReferences } from '../../../src/realm/references.ts'
import { renderRealm } from '../../../src/realm/render.ts'
import type { Realm } from '../../../src/realm/schema.ts'
import { BASE_REALM, NO_OPTIONS } from '../support/base-realm.ts'
import { refusal } from '../support/refusal.ts'

const OWN: Realm = {
  realm: 'Own',
  roles: { realm: [{ name: 'boss' }], client: { api: [{ name: 'use' }] } },
  clientScopes: [{ name: 'basic' }, { name: 'api:read' }],
}

describe('a realm that names only what is defined', () => {
  it.each<[string, Realm]>([
    ['the one that we ship', BASE_REALM],
    ['an empty one', { realm: 'r' }],
    [
      'scopes of Keycloak, where the file has none of its own',
      { realm: 'r', defaultDefaultClientScopes: ['profile'] },
    ],
    [
      'scopes of Keycloak beside its own',
      {
        ...OWN,
        attributes: { CreateDefaultClientScopes: 'true' },
        clients: [{ clientId: 'c', optionalClientScopes: ['phone', 'api:read'] }],
      },
    ],
    [
      'roles that every realm has',
      { realm: 'Own', users: [{ username: 'u', realmRoles: ['offline_access', 'default-roles-own'] }] },
    ],
    [
      'roles of clients, its own and those that every realm has',
      {
        ...OWN,
        users: [{ username: 'u', clientRoles: { api: ['use'], 'realm-management': ['view-users'] } }],
        clientScopeMappings: { api: [{ clientScope: 'api:read', roles: ['use'] }] },
      },
    ],
  ])('is taken: %s', (_case, realm) => {
    expect(() => assertReferences(realm)).not.toThrow()
  })
})

it('takes a role that the file lets Keycloak create wherever it is named', () => {
  const base = { ...OWN, users: [{ username: 'u', realmRoles: ['created'] }] }
  const mapped = { ...base, scopeMappings: [{ clientScope: 'basic', roles: ['created'] }] }
  expect(() => assertReferences(mapped, base)).not.toThrow()
  expect(() => assertReferences(mapped, OWN)).toThrow('"created" is not defined')
})

describe('a client scope that nobody defines is refused, with its place', () => {
  it.each<[string, Partial<Realm>]>([
    ['defaultDefaultClientScopes', { defaultDefaultClientScopes: ['basic', 'nope'] }],
    ['defaultOptionalClientScopes', { defaultOptionalClientScopes: ['nope'] }],
    ['defaultClientScopes of client "c"', { clients: [{ clientId: 'c', defaultClientScopes: ['nope'] }] }],
    ['optionalClientScopes of client "c"', { clients: [{ clientId: 'c', optionalClientScopes: ['nope'] }] }],
    ['scopeMappings', { scopeMappings: [{ clientScope: 'nope', roles: ['boss'] }] }],
    ['scopeMappings', { clientScopeMappings: { api: [{ clientScope: 'nope', roles: ['use'] }] } }],
  ])('in %s', async (place, fault) => {
    const error = await refusal(() => assertReferences({ ...OWN, ...fault }))
    expect(error).toMatchObject({ code: 'REALM_INVALID', message: 'The client scope "nope" is not defined.' })
    expect(error.why).toContain(`named in ${place},`)
    expect(error.fix).toContain('--scope nope')
  })
})

describe('a role that nobody defines is refused, with its place', () => {
  it.each<[string, Partial<Realm>]>([
    ['user "u"', { users: [{ username: 'u', realmRoles: ['nope'] }] }],
    ['scopeMappings of "api:read"', { scopeMappings: [{ clientScope: 'api:read', roles: ['nope'] }] }],
    ['scopeMappings of "c"', { scopeMappings: [{ client: 'c', roles: ['nope'] }] }],
  ])('of the realm, in %s', async (place, fault) => {
    const error = await refusal(() => assertReferences({ ...OWN, ...fault }))
    expect(error).toMatchObject({ code: 'REALM_INVALID', message: 'The realm role "nope" is not defined.' })
    expect(error.why).toContain(`named in ${place},`)
    expect(error.fix).toContain('--role nope')
  })

  it.each<[string, Partial<Realm>]>([
    ['user "u"', { users: [{ username: 'u', clientRoles: { api: ['use', 'nope'] } }] }],
    ['clientScopeMappings', { clientScopeMappings: { api: [{ clientScope: 'api:read', roles: ['nope'] }] } }],
  ])('of a client, in %s', async (place, fault) => {
    const error = await refusal(() => assertReferences({ ...OWN, ...fault }))
    expect(error.message).toBe('The role of client "api" "nope" is not defined.')
    expect(error.why).toContain(`named in ${place},`)
  })

  it('by an overlay as well', async () => {
    const overlay = (content: object) => [{ name: 'mine', content: { ...content } }]
    const scope = overlay({ defaultOptionalClientScopes: ['api:raed'] })
    expect((await refusal(() => renderRealm(BASE_REALM, NO_OPTIONS, scope))).message).toContain('"api:raed"')
    const role = overlay({ users: [{ username: 'testuser', realmRoles: ['edit'] }] })
    expect((await refusal(() => renderRealm(BASE_REALM, NO_OPTIONS, role))).message).toContain('"edit"')
    const options = { ...NO_OPTIONS, scope: ['api:raed'], role: ['edit'] }
    expect(() => renderRealm(BASE_REALM, options, [...scope, ...role])).not.toThrow()
  })
})

describe('a realm file that names what it does not define', () => {
  const FILE: Realm = {
    ...OWN,
    clients: [{ clientId: 'api', optionalClientScopes: ['phone', 'api:read'] }],
    users: [{ username: 'u', realmRoles: ['nope'], clientRoles: { api: ['nope'] } }],
    scopeMappings: [{ clientScope: 'api:read', roles: ['gone'] }],
  }

  it('is accepted, with each undefined name', () => {
    expect(() => renderRealm(FILE, NO_OPTIONS)).not.toThrow()
    expect(takenReferences(FILE)).toEqual([
      { kind: 'client scope', name: 'phone', place: 'optionalClientScopes of client "api"' },
      { kind: 'realm role', name: 'nope', place: 'user "u"' },
      { kind: 'realm role', name: 'gone', place: 'scopeMappings of "api:read"' },
      { kind: 'client role', name: 'nope', place: 'user "u"', client: 'api' },
    ])
  })

  it('a role of an unknown client and a mapping of an unknown scope are refused', async () => {
    const client = { ...OWN, users: [{ username: 'u', clientRoles: { gone: ['use'] } }] }
    expect((await refusal(() => renderRealm(client, NO_OPTIONS))).code).toBe('REALM_INVALID')
    const scope = { ...OWN, scopeMappings: [{ clientScope: 'gone', roles: ['boss'] }] }
    expect((await refusal(() => renderRealm(scope, NO_OPTIONS))).code).toBe('REALM_INVALID')
  })

  it('is refused when an overlay adds the same name in another place', async () => {
    const overlay = { name: 'mine', content: { users: [{ username: 'v', realmRoles: ['nope'] }] } }
    expect((await refusal(() => renderRealm(FILE, NO_OPTIONS, [overlay]))).why).toContain('user "v"')
  })

  it('may give a service account the role that authorization services create', () => {
    const file: Realm = {
      realm: 'r',
      clients: [{ clientId: 'api', authorizationServicesEnabled: true }],
      users: [{ username: 'service-account-api', clientRoles: { api: ['uma_protection'] } }],
    }
    expect(() => renderRealm(file, NO_OPTIONS)).not.toThrow()
    expect(takenReferences(file)).toEqual([])
  })

  it('may name offline_access, which Keycloak creates in every realm', () => {
    expect(takenReferences({ ...OWN, defaultOptionalClientScopes: ['offline_access'] })).toEqual([])
  })
})
