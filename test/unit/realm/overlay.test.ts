import { describe, expect, it } from 'vitest'

import { applyOverlays, mergedInto, type Overlay } from '../../../src/realm/overlay.ts'
import type { Realm } from '../../../src/realm/schema.ts'
import { BASE_REALM, POLICIES } from '../support/base-realm.ts'
import { refusal } from '../support/refusal.ts'

const overlay = (content: object, name = 'one'): Overlay => ({ name, content: { ...content } })
const laid = (base: object, ...contents: object[]) =>
  applyOverlays(
    { realm: 'r', ...base } as Realm,
    contents.map((content, index) => overlay(content, `overlay ${index}`)),
  )
const policy = (subType: string, config: Record<string, string[]>, providerId = 'max-clients') => ({
  providerId,
  subType,
  config,
})

describe('an overlay', () => {
  it('an empty overlay leaves the realm unchanged', () => {
    expect(applyOverlays(BASE_REALM, [])).toBe(BASE_REALM)
    expect(applyOverlays(BASE_REALM, [overlay({})])).toEqual(BASE_REALM)
    expect(applyOverlays(BASE_REALM, [overlay({ users: [], clients: [], components: {} })])).toEqual(
      BASE_REALM,
    )
  })

  it('does not touch what it is laid on', () => {
    const before = JSON.stringify(BASE_REALM)
    applyOverlays(BASE_REALM, [overlay({ users: [{ username: 'testuser', email: 'x' }], enabled: false })])
    expect(JSON.stringify(BASE_REALM)).toBe(before)
  })

  it('replaces single values and adds to objects', () => {
    const base = { enabled: true, attributes: { a: '1', b: '2' } }
    expect(laid(base, { enabled: false, attributes: { b: '3', c: '4' } })).toEqual({
      ...{ realm: 'r', enabled: false },
      attributes: { a: '1', b: '3', c: '4' },
    })
  })

  it('adds to lists of names, each once', () => {
    const base = { defaultOptionalClientScopes: ['a', 'b'] }
    expect(laid(base, { defaultOptionalClientScopes: ['b', 'c'] })).toMatchObject({
      defaultOptionalClientScopes: ['a', 'b', 'c'],
    })
  })

  it.each([
    ['a client by its id', 'clients', 'clientId'],
    ['a user by its name', 'users', 'username'],
    ['a client scope by its name', 'clientScopes', 'name'],
    ['a flow by its alias', 'authenticationFlows', 'alias'],
  ])('finds again %s, and adds one that it does not find', (_case, list, key) => {
    const base = { [list]: [{ [key]: 'x', kept: 1, changed: 1 }, { [key]: 'y' }] }
    expect(laid(base, { [list]: [{ [key]: 'z' }, { [key]: 'x', changed: 2 }] })).toEqual({
      realm: 'r',
      [list]: [{ [key]: 'x', kept: 1, changed: 2 }, { [key]: 'y' }, { [key]: 'z' }],
    })
  })

  it('an overlay finds nested items by name: mappers, roles, conditions, passwords', () => {
    const base = {
      roles: { realm: [{ name: 'admin' }] },
      clientScopes: [{ name: 's', protocolMappers: [{ name: 'm', config: { a: '1' } }] }],
      clientPolicies: {
        policies: [{ name: 'p', conditions: [{ condition: 'c', configuration: { on: ['x'] } }] }],
      },
      users: [{ username: 'u', credentials: [{ type: 'password', value: 'old' }] }],
    }
    const content = {
      roles: { realm: [{ name: 'admin', description: 'd' }] },
      clientScopes: [{ name: 's', protocolMappers: [{ name: 'm', config: { b: '2' } }] }],
      clientPolicies: {
        policies: [{ name: 'p', conditions: [{ condition: 'c', configuration: { on: ['y'] } }] }],
      },
      users: [{ username: 'u', credentials: [{ type: 'password', value: 'new' }] }],
    }
    expect(laid(base, content)).toEqual({
      realm: 'r',
      roles: { realm: [{ name: 'admin', description: 'd' }] },
      clientScopes: [{ name: 's', protocolMappers: [{ name: 'm', config: { a: '1', b: '2' } }] }],
      clientPolicies: {
        policies: [{ name: 'p', conditions: [{ condition: 'c', configuration: { on: ['x', 'y'] } }] }],
      },
      users: [{ username: 'u', credentials: [{ type: 'password', value: 'new' }] }],
    })
  })

  it('keeps two identity providers, or two flows, of one kind apart', () => {
    const provider = (alias: string) => ({ alias, providerId: 'oidc' })
    const both = { identityProviders: [provider('corp'), provider('partner')] }
    expect(laid({}, both)).toEqual({ realm: 'r', ...both })
  })

  it('knows a registration policy by its kind and by whom it is for', () => {
    const base = {
      components: {
        [POLICIES]: [policy('anonymous', { 'max-clients': ['9'] }), policy('authenticated', {})],
      },
    }
    const content = { components: { [POLICIES]: [policy('anonymous', { 'max-clients': ['5'] })] } }
    expect(laid(base, content).components?.[POLICIES]).toEqual([
      policy('anonymous', { 'max-clients': ['5'] }),
      policy('authenticated', {}),
    ])
  })

  it("adds to a policy's list, such as trusted hosts", () => {
    const hosts = (...names: string[]) => ({
      components: { [POLICIES]: [policy('anonymous', { 'trusted-hosts': names }, 'trusted-hosts')] },
    })
    expect(laid(hosts('a'), hosts('b', 'a'))).toEqual({ realm: 'r', ...hosts('a', 'b') })
  })

  it('given twice is as if given once', () => {
    const content = {
      displayName: 'Mine',
      clients: [{ clientId: 'x', redirectUris: ['http://localhost/x'] }],
      scopeMappings: [{ client: 'x', roles: ['admin'] }],
      users: [{ username: 'testuser', credentials: [{ type: 'password', value: 'pw' }] }],
    }
    expect(applyOverlays(BASE_REALM, [overlay(content), overlay(content)])).toEqual(
      applyOverlays(BASE_REALM, [overlay(content)]),
    )
  })
})

describe("a file laid on a server's settings", () => {
  it('an overlay restores its own items and keeps additions, also nested ones', () => {
    const there = {
      enabled: false,
      redirectUris: ['http://localhost:9999/added'],
      policies: [
        { name: 'strict', enabled: false, conditions: [{ condition: 'added' }], profiles: ['added'] },
        { name: 'added' },
      ],
    }
    const stated = {
      enabled: true,
      redirectUris: ['http://localhost:3118/callback'],
      policies: [
        { name: 'strict', enabled: true, conditions: [{ condition: 'grant-type' }], profiles: ['refuse'] },
      ],
    }
    expect(mergedInto(there, stated)).toEqual({
      enabled: true,
      redirectUris: ['http://localhost:9999/added', 'http://localhost:3118/callback'],
      policies: [
        {
          ...{ name: 'strict', enabled: true, profiles: ['added', 'refuse'] },
          conditions: [{ condition: 'added' }, { condition: 'grant-type' }],
        },
        { name: 'added' },
      ],
    })
  })
})

describe('two overlays', () => {
  const two = (first: object, second: object) =>
    applyOverlays(BASE_REALM, [overlay(first, 'strict'), overlay(second, './mine.json')])

  it.each([
    [
      'a setting of the realm',
      { accessTokenLifespan: 60 },
      { accessTokenLifespan: 90 },
      'accessTokenLifespan',
    ],
    [
      'a setting of a client',
      { clients: [{ clientId: 'x', publicClient: true }] },
      { clients: [{ clientId: 'x', publicClient: false }] },
      'clients[x].publicClient',
    ],
    [
      'a setting of a policy',
      { components: { [POLICIES]: [policy('anonymous', { 'max-clients': ['5'] })] } },
      { components: { [POLICIES]: [policy('anonymous', { 'max-clients': ['6'] })] } },
      `components.${POLICIES}[max-clients anonymous].config.max-clients`,
    ],
  ])(
    'that contradict each other in %s are both named, and the setting',
    async (_case, first, second, setting) => {
      const error = await refusal(() => two(first, second))
      expect(error).toMatchObject({
        code: 'REALM_INVALID',
        message: 'The overlays "strict" and "./mine.json" contradict each other.',
        why: expect.stringContaining(setting),
      })
    },
  )

  it('may say the same, add to the same list, and override the base', () => {
    const realm = two(
      { sslRequired: 'external', defaultOptionalClientScopes: ['a'] },
      { sslRequired: 'external', defaultOptionalClientScopes: ['b'] },
    )
    expect(realm).toMatchObject({
      sslRequired: 'external',
      defaultOptionalClientScopes: expect.arrayContaining(['openid', 'a', 'b']),
    })
  })
})

it('an overlay that contradicts itself is refused', async () => {
  const users = [
    { username: 'u', email: 'a@x' },
    { username: 'u', email: 'b@x' },
  ]
  const error = await refusal(() => applyOverlays(BASE_REALM, [overlay({ users }, 'mine')]))
  expect(error).toMatchObject({
    code: 'REALM_INVALID',
    message: expect.stringContaining('"mine"'),
    why: expect.stringContaining('users[u].email'),
  })
})
