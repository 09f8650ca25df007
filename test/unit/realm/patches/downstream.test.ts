import { describe, expect, it } from 'vitest'

import { downstream, downstreamApis } from '../../../../src/realm/patches/downstream.ts'
import type { Realm } from '../../../../src/realm/schema.ts'
import { BASE_REALM } from '../../support/base-realm.ts'
import { refusal } from '../../support/refusal.ts'
import { tokenExchangeRealm } from '../../support/token-exchange-realm.ts'

const MCP_URL = 'http://localhost:8000/mcp'
const DEFAULT = tokenExchangeRealm()
const client = (realm: Realm, id: string) => realm.clients?.find(({ clientId }) => clientId === id)
const scope = (realm: Realm, wanted: string) => realm.clientScopes?.find(({ name }) => name === wanted)
const user = (realm: Realm, name: string) => realm.users?.find(({ username }) => username === name)

/** All that a realm knows of downstream APIs. */
function setUp(realm: Realm) {
  const { [MCP_URL]: _, ...roles } = realm.roles?.client ?? {}
  const { [MCP_URL]: _mapping, ...mappings } = realm.clientScopeMappings ?? {}
  return {
    apis: downstreamApis(realm),
    roles: Object.entries(roles).map(([id, list]) => [id, list.map(({ name }) => name)]),
    mappings,
    mayAskFor: client(realm, MCP_URL)?.optionalClientScopes,
    testuser: user(realm, 'testuser')?.clientRoles,
  }
}

describe('the downstream APIs of a realm', () => {
  it('are none without the overlay, and one with it', () => {
    expect(downstreamApis(BASE_REALM)).toEqual([])
    expect(downstreamApis({ realm: 'r' })).toEqual([])
    expect(downstreamApis(DEFAULT)).toEqual([{ clientId: 'downstream-api', scopes: ['downstream:use-api'] }])
  })
})

describe('--downstream', () => {
  it('ofbiz:use-api is the set-up of OFBiz: client, role, scope', () => {
    const realm = downstream(['ofbiz:use-api'])(DEFAULT)
    expect(setUp(realm)).toEqual({
      apis: [{ clientId: 'ofbiz', scopes: ['ofbiz:use-api'] }],
      roles: [['ofbiz', ['use-api']]],
      mappings: { ofbiz: [{ clientScope: 'ofbiz:use-api', roles: ['use-api'] }] },
      mayAskFor: ['openid', 'ofbiz:use-api'],
      testuser: { [MCP_URL]: ['call-tools'], ofbiz: ['use-api'] },
    })
    const pattern = client(DEFAULT, 'downstream-api')
    expect(client(realm, 'ofbiz')).toEqual({ ...pattern, clientId: 'ofbiz', name: 'ofbiz' })
    const { name: _, description: _d, ...rest } = scope(DEFAULT, 'downstream:use-api') ?? { name: '' }
    expect(scope(realm, 'ofbiz:use-api')).toMatchObject(rest)
    expect(JSON.stringify(realm)).not.toMatch(/downstream-api|downstream:use-api/)
  })

  it.each([
    ['together', ['app:read,app:write']],
    ['apart', ['app:read', 'app:write']],
    ['twice', ['app:read,app:write', 'app:read']],
  ])('app:read and app:write, named %s, become two roles and scopes of one API', (_, specs) => {
    expect(setUp(downstream(specs)(DEFAULT))).toMatchObject({
      apis: [{ clientId: 'app', scopes: ['app:read', 'app:write'] }],
      roles: [['app', ['read', 'write']]],
      mayAskFor: ['openid', 'app:read', 'app:write'],
      testuser: { app: ['read', 'write'] },
    })
  })

  it('may name several APIs', () => {
    expect(setUp(downstream(['ofbiz:use-api', 'shop:read'])(DEFAULT))).toMatchObject({
      apis: [
        { clientId: 'ofbiz', scopes: ['ofbiz:use-api'] },
        { clientId: 'shop', scopes: ['shop:read'] },
      ],
      testuser: { ofbiz: ['use-api'], shop: ['read'] },
    })
  })

  it('may name the one that is there', () => {
    expect(setUp(downstream(['downstream-api:use-api'])(DEFAULT)).apis).toEqual([
      { clientId: 'downstream-api', scopes: ['downstream-api:use-api'] },
    ])
  })

  it('works beside other MCP URLs, each of which may ask for it', () => {
    const mcpUrl = ['http://a.test/mcp', 'http://b.test/mcp']
    const realm = tokenExchangeRealm({ mcpUrl, downstream: ['ofbiz:use-api'], realm: 'other' })
    for (const url of mcpUrl) {
      expect(client(realm, url)?.optionalClientScopes).toEqual(['openid', 'ofbiz:use-api'])
      expect(realm.clientScopeMappings?.[url]).toEqual([
        { clientScope: 'mcp:call-tools', roles: ['call-tools'] },
      ])
      expect(realm.roles?.client?.[url]).toMatchObject([{ name: 'call-tools' }])
    }
    expect(user(realm, 'testuser')?.clientRoles).toEqual({
      [mcpUrl[0] ?? '']: ['call-tools'],
      [mcpUrl[1] ?? '']: ['call-tools'],
      ofbiz: ['use-api'],
    })
    expect(JSON.stringify(realm)).not.toContain('localhost:8000')
  })

  it('works for a realm without users', () => {
    const { users: _, ...rest } = DEFAULT
    expect(downstream(['ofbiz:use-api'])(rest)).not.toHaveProperty('users')
  })

  it('is refused without the overlay, which it names', async () => {
    const error = await refusal(() => downstream(['ofbiz:use-api'])(BASE_REALM))
    expect(error).toMatchObject({
      code: 'REALM_INVALID',
      fix: expect.stringContaining('--with token-exchange'),
    })
  })

  it.each([
    ['mcp:tools', 'client scope "mcp:tools"'],
    ['mcp-client:read', 'client "mcp-client"'],
    ['account:read', 'client "account"'],
  ])('%s is refused, since the realm has one of that name', async (spec, what) => {
    const error = await refusal(() => downstream([spec])(DEFAULT))
    expect(error).toMatchObject({ code: 'REALM_INVALID', message: `--downstream cannot make the ${what}.` })
  })
})
