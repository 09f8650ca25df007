import { describe, expect, it } from 'vitest'

import { publicScopes } from '../../../src/realm/patches/scopes.ts'
import { declareMappedAttributes, mappedAttributes } from '../../../src/realm/patches/user-profile.ts'
import { BASE_REALM } from '../support/base-realm.ts'
import { refusal } from '../support/refusal.ts'
import { tokenExchangeRealm } from '../support/token-exchange-realm.ts'

const MCP_URL = 'http://localhost:8000/mcp'
const REALM = tokenExchangeRealm()
const PROFILE = 'org.keycloak.userprofile.UserProfileProvider'
const users = (...user: string[]) =>
  tokenExchangeRealm({ user, downstream: ['ofbiz:use-api', 'app:use-api'] }).users
const added = (...specs: string[]) => users(...specs)?.slice(2)

describe('realms/with/token-exchange.json', () => {
  it('the MCP server may exchange tokens, but not log users in', () => {
    expect(REALM.clients?.find(({ clientId }) => clientId === MCP_URL)).toMatchObject({
      standardFlowEnabled: false,
      fullScopeAllowed: false,
      attributes: {
        resource_url: MCP_URL,
        'standard.token.exchange.enabled': 'true',
        'standard.token.exchange.enableRefreshRequestedTokenType': 'SAME_SESSION',
      },
      optionalClientScopes: ['openid', 'downstream:use-api'],
    })
  })

  it('holds no secret: Keycloak makes them', () => {
    expect(JSON.stringify(REALM.clients)).not.toContain('"secret"')
    expect(
      REALM.clients?.some(({ publicClient, clientId }) => publicClient && clientId !== 'mcp-client'),
    ).toBe(false)
  })

  it("clients never see, register or consent to the API's scope", () => {
    expect(publicScopes(REALM)).toEqual(publicScopes(BASE_REALM))
    expect(REALM.defaultOptionalClientScopes).toEqual(BASE_REALM.defaultOptionalClientScopes)
    const scope = REALM.clientScopes?.find(({ name }) => name === 'downstream:use-api')
    expect(scope?.attributes).toMatchObject({ 'display.on.consent.screen': 'false' })
  })

  it('lets users consent to mcp:call-tools as before', () => {
    const scope = REALM.clientScopes?.find(({ name }) => name === 'mcp:call-tools')
    expect(scope?.attributes).toMatchObject({
      'consent.screen.text': "Call the MCP server's tools",
      'display.on.consent.screen': 'true',
      'include.in.token.scope': 'true',
    })
  })
})

describe('an attribute that a mapper reads', () => {
  it("only administrators may set the API's user name", () => {
    expect(mappedAttributes(BASE_REALM)).toEqual([])
    expect(mappedAttributes(REALM)).toEqual(['userLoginId'])
    const [component] = (REALM.components?.[PROFILE] ?? []) as { config: Record<string, string[]> }[]
    const { attributes } = JSON.parse(component?.config['kc.user.profile.config']?.[0] ?? '')
    expect(attributes.at(-1)).toMatchObject({
      name: 'userLoginId',
      permissions: { view: ['admin'], edit: ['admin'] },
    })
    expect(declareMappedAttributes(BASE_REALM)).toBe(BASE_REALM)
    expect(declareMappedAttributes(REALM)).toEqual(REALM)
  })
})

describe('one more user of a realm with client roles', () => {
  it('a new user has a name but no role at the API', () => {
    expect(added('bob')).toMatchObject([
      { clientRoles: { [MCP_URL]: ['call-tools'] }, attributes: { userLoginId: ['bob'] } },
    ])
    expect(added('bob')?.[0]?.clientRoles).not.toHaveProperty('ofbiz')
  })

  it('a new user has the named roles of APIs and realm', () => {
    expect(added('bob::use-api')).toMatchObject([{ clientRoles: { ofbiz: ['use-api'], app: ['use-api'] } }])
    const [one] = added('bob::ofbiz/use-api,admin') ?? []
    expect(one).toMatchObject({ realmRoles: ['default-roles-fastmcp', 'admin'] })
    expect(one?.clientRoles).toEqual({ [MCP_URL]: ['call-tools'], ofbiz: ['use-api'] })
  })

  it('has a role once, however often it is named', () => {
    expect(added('bob::use-api,ofbiz/use-api,call-tools')?.[0]?.clientRoles).toEqual({
      [MCP_URL]: ['call-tools'],
      ofbiz: ['use-api'],
      app: ['use-api'],
    })
  })

  it('may be called otherwise by the API', () => {
    const realm = tokenExchangeRealm({ user: ['bob'], userAttribute: ['bob:userLoginId=BOB-1'] })
    expect(realm.users?.at(-1)).toMatchObject({ attributes: { userLoginId: ['BOB-1'] } })
  })

  it('cannot have a role that neither the realm nor a client defines', async () => {
    const error = await refusal(() => added('bob::boss'))
    expect(error.why).toContain('it defines admin, call-tools, use-api')
  })
})
