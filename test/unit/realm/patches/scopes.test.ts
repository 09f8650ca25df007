import { describe, expect, it } from 'vitest'
import { publicScopes, scopes } from '../../../../src/realm/patches/scopes.ts'
import type { Realm } from '../../../../src/realm/schema.ts'
import { BASE_REALM } from '../../support/base-realm.ts'
import { refusal } from '../../support/refusal.ts'

const SHOWN = [
  'profile',
  'email',
  'openid',
  'offline_access',
  'mcp:tools',
  'mcp:resources',
  'mcp:prompts',
  'mcp:call-tools',
]

const scopeOf = (realm: Realm, wanted: string) => realm.clientScopes?.filter(({ name }) => name === wanted)

it('the metadata show requestable scopes, not default ones', () => {
  expect(publicScopes(BASE_REALM)).toEqual(SHOWN)
})

it('shows none for a realm that defines none', () => {
  expect(publicScopes({ realm: 'r' })).toEqual([])
})

describe('one more scope', () => {
  it('a new scope is shown, requestable and named on the consent page', () => {
    const realm = scopes(['api:read'])(BASE_REALM)
    expect(publicScopes(realm)).toEqual([...SHOWN, 'api:read'])
    expect(realm.defaultOptionalClientScopes).toContain('api:read')
    expect(scopeOf(realm, 'api:read')).toEqual([
      { name: 'api:read', protocol: 'openid-connect', attributes: { 'consent.screen.text': 'api:read' } },
    ])
  })

  it.each([
    ['api:read:"Read your data"', 'api:read', 'Read your data'],
    ['read:""', 'read', ''],
    ['https://api.test/read', 'https://api.test/read', 'https://api.test/read'],
  ])('has the name and the text that %j says', (spec, name, text) => {
    const [scope] = scopeOf(scopes([spec])(BASE_REALM), name) ?? []
    expect(scope?.attributes).toEqual({ 'consent.screen.text': text })
  })

  it('is there once, however often it is named', () => {
    const realm = scopes(['api:read', 'api:read:"Read"', 'api:read'])(BASE_REALM)
    expect(scopeOf(realm, 'api:read')).toHaveLength(1)
    expect(new Set(realm.defaultOptionalClientScopes as string[]).size).toBe(
      (realm.defaultOptionalClientScopes as string[]).length,
    )
  })

  it('an existing scope keeps its settings and gets the new text', () => {
    expect(scopes(['mcp:tools'])(BASE_REALM)).toEqual(BASE_REALM)
    const mapped = {
      name: 'downstream:use-api',
      attributes: { 'gui.order': '5' },
      protocolMappers: [{ name: 'audience', protocolMapper: 'oidc-audience-resolve-mapper' }],
    }
    const realm: Realm = { ...BASE_REALM, clientScopes: [...(BASE_REALM.clientScopes ?? []), mapped] }
    expect(scopeOf(scopes(['downstream:use-api:"Use the API"'])(realm), mapped.name)).toEqual([
      { ...mapped, attributes: { 'gui.order': '5', 'consent.screen.text': 'Use the API' } },
    ])
  })

  it('is not made optional where every client gets it anyway', () => {
    const realm = { realm: 'r', clientScopes: [{ name: 'a' }], defaultDefaultClientScopes: ['a'] }
    expect(scopes(['a', 'b'])(realm).defaultOptionalClientScopes).toEqual(['b'])
  })

  it.each(['openid', 'basic', 'offline_access', 'profile:"Who you are"'])(
    'cannot be %s, which is reserved, and the fix is named',
    async (spec) => {
      const name = spec.replace(/:".*/, '')
      const error = await refusal(() => scopes(['api:read', spec])(BASE_REALM))
      expect(error).toMatchObject({ code: 'REALM_INVALID', message: expect.stringContaining(`"${name}"`) })
      expect(error.fix).toContain(`--scope api:${name}`)
    },
  )
})
