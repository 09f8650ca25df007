import { describe, expect, it } from 'vitest'

import { audience, mcpUrls } from '../../../../src/realm/patches/audience.ts'
import type { Realm } from '../../../../src/realm/schema.ts'
import { BASE_REALM } from '../../support/base-realm.ts'
import { refusal } from '../../support/refusal.ts'

const DEFAULT_URL = 'http://localhost:8000/mcp'

/** The audience mappers of a realm, as name and audience. */
function audiences(realm: Realm): [string, string | undefined][] {
  return (realm.clientScopes ?? [])
    .flatMap(({ protocolMappers = [] }) => protocolMappers)
    .filter(({ protocolMapper }) => protocolMapper === 'oidc-audience-mapper')
    .map(({ name, config = {} }) => [
      name,
      config['included.client.audience'] ?? config['included.custom.audience'],
    ])
}

function expectUniqueNames(realm: Realm): void {
  for (const { protocolMappers = [] } of realm.clientScopes ?? []) {
    const names = protocolMappers.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  }
  const ids = realm.clients?.map(({ clientId }) => clientId) ?? []
  expect(new Set(ids).size).toBe(ids.length)
}

describe('the MCP URLs of a realm', () => {
  it('are read from its clients', () => {
    expect(mcpUrls(BASE_REALM)).toEqual([DEFAULT_URL])
    expect(mcpUrls({ realm: 'r' })).toEqual([])
  })

  it('MCP URLs stay unchanged when the same one is given', () => {
    expect(JSON.stringify(audience([DEFAULT_URL])(BASE_REALM))).toBe(JSON.stringify(BASE_REALM))
  })

  it('can be another one, of which no trace of the old one is left', () => {
    const realm = audience(['https://mcp.test:9443/deep/mcp'])(BASE_REALM)
    expect(mcpUrls(realm)).toEqual(['https://mcp.test:9443/deep/mcp'])
    expect(audiences(realm).map(([, value]) => value)).toEqual([
      'https://mcp.test:9443/deep/mcp',
      'https://mcp.test:9443',
    ])
    expect(JSON.stringify(realm)).not.toContain('localhost:8000')
    const back = JSON.stringify(realm).replaceAll('https://mcp.test:9443', 'http://localhost:8000')
    expect(back.replaceAll('/deep/mcp', '/mcp')).toBe(JSON.stringify(BASE_REALM))
  })

  it('can be two on different hosts', () => {
    const realm = audience(['http://a.test/mcp', 'http://b.test/mcp'])(BASE_REALM)
    expect(mcpUrls(realm)).toEqual(['http://a.test/mcp', 'http://b.test/mcp'])
    expect(audiences(realm)).toEqual([
      ['MCP server audience http://a.test/mcp', 'http://a.test/mcp'],
      ['MCP server audience http://b.test/mcp', 'http://b.test/mcp'],
      ['MCP server base URL audience http://a.test', 'http://a.test'],
      ['MCP server base URL audience http://b.test', 'http://b.test'],
    ])
    expectUniqueNames(realm)
  })

  it('can be two on the same host, whose base URL is then there once', () => {
    const realm = audience(['http://a.test/one', 'http://a.test/two'])(BASE_REALM)
    expect(audiences(realm).map(([, value]) => value)).toEqual([
      'http://a.test/one',
      'http://a.test/two',
      'http://a.test',
    ])
    expectUniqueNames(realm)
  })

  it('are each there once, however often they are named', () => {
    const realm = audience(['http://a.test/mcp', 'http://a.test/mcp'])(BASE_REALM)
    expect(mcpUrls(realm)).toEqual(['http://a.test/mcp'])
    expectUniqueNames(realm)
  })

  it('can be changed back', () => {
    const there = audience(['http://a.test/one', 'http://b.test/two'])(BASE_REALM)
    expect(mcpUrls(audience([DEFAULT_URL])(there))).toEqual([DEFAULT_URL])
    expect(audiences(audience([DEFAULT_URL])(there))).toHaveLength(2)
  })

  it('take the roles of the MCP server with them, and what refers to these', () => {
    const realm: Realm = {
      ...BASE_REALM,
      roles: { client: { [DEFAULT_URL]: [{ name: 'call' }], other: [{ name: 'use' }] } },
      clientScopeMappings: { [DEFAULT_URL]: [{ clientScope: 'mcp:tools', roles: ['call'] }] },
      users: [{ username: 'u', clientRoles: { other: ['use'], [DEFAULT_URL]: ['call'] } }, { username: 'v' }],
    }
    const urls = ['http://a.test/mcp', 'http://b.test/mcp'] as const
    const { roles, clientScopeMappings, users } = audience(urls)(realm)
    expect(Object.keys(roles?.client ?? {})).toEqual([...urls, 'other'])
    expect(Object.keys(clientScopeMappings ?? {})).toEqual(urls)
    expect(users).toEqual([
      { username: 'u', clientRoles: { other: ['use'], [urls[0]]: ['call'], [urls[1]]: ['call'] } },
      { username: 'v' },
    ])
    expect(JSON.stringify(audience([DEFAULT_URL])(realm))).toBe(JSON.stringify(realm))
  })

  it('leave mappers for other audiences alone', () => {
    const other = {
      name: 'other',
      protocolMapper: 'oidc-audience-mapper',
      config: { 'included.custom.audience': 'https://api.test' },
    }
    const scope = { name: 'api', protocolMappers: [other] }
    const realm: Realm = { ...BASE_REALM, clientScopes: [...(BASE_REALM.clientScopes ?? []), scope] }
    expect(audience(['http://a.test/mcp'])(realm).clientScopes?.at(-1)).toEqual(scope)
  })

  it('are refused for a realm without an MCP server', async () => {
    const error = await refusal(() =>
      audience(['http://a.test/mcp'])({ realm: 'r', clients: [{ clientId: 'c' }] }),
    )
    expect(error).toMatchInlineSnapshot(`
      ✘ --mcp-url does not fit the realm "r".  [REALM_INVALID]
        Why  Its file has no client whose id is an MCP URL (with the same URL as its attribute "resource_url").
        Fix  Copy that client and the audience mapper of the scope "basic" from realms/fastmcp.json, or leave --mcp-url out.
    `)
  })
})
