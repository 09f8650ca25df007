import { describe, expect, it } from 'vitest'
import { loadOverlay } from '../../../../src/realm/load-overlay.ts'
import {
  documentResources,
  permitDocumentHosts,
} from '../../../../src/realm/patches/client-metadata-documents.ts'
import { renderRealm } from '../../../../src/realm/render.ts'
import type { Realm } from '../../../../src/realm/schema.ts'
import { BASE_REALM, NO_OPTIONS } from '../../support/base-realm.ts'

const CIMD = await loadOverlay('cimd', BASE_REALM.realm)
const rendered = (options: Partial<typeof NO_OPTIONS> = {}) =>
  renderRealm(BASE_REALM, { ...NO_OPTIONS, ...options }, [CIMD])

const executor = (realm: Realm) =>
  realm.clientProfiles?.profiles
    ?.flatMap(({ executors = [] }) => executors)
    .find((item) => item.executor === 'client-id-metadata-document')?.configuration
const condition = (realm: Realm) =>
  realm.clientPolicies?.policies
    ?.flatMap(({ conditions = [] }) => conditions)
    .find((item) => item.condition === 'client-id-uri')?.configuration

describe('the overlay cimd', () => {
  it('takes documents of this machine, over plain http', () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      expect(executor(rendered())?.['cimd-allow-permitted-domains']).toContain(host)
      expect(condition(rendered())?.['client-id-uri-allow-permitted-domains']).toContain(host)
    }
    expect(executor(rendered())?.['cimd-allow-http-scheme']).toBe(true)
    expect(condition(rendered())?.['client-id-uri-scheme']).toContain('http')
  })

  it('permits in documents every host that may have a document', () => {
    const hosts = condition(rendered())?.['client-id-uri-allow-permitted-domains']
    expect(executor(rendered())?.['cimd-allow-permitted-domains']).toEqual(
      expect.arrayContaining(hosts as string[]),
    )
  })

  it('gives roles to clients that Keycloak makes without full scope', () => {
    expect(rendered().scopeMappings).toContainEqual({
      clientScope: 'basic',
      roles: ['offline_access', 'admin'],
    })
  })

  it('lets such clients ask for the MCP URLs of the realm, which 26.8 checks', () => {
    const list = (realm: Realm) => executor(realm)?.['cimd-resource-indicator-allow-list']
    expect(list(rendered())).toEqual(['http://localhost:8000/mcp'])
    const mcpUrl = ['http://a.test/mcp', 'http://b.test/mcp']
    expect(list(rendered({ mcpUrl }))).toEqual(mcpUrl)
  })

  it('takes documents of a trusted host too', () => {
    const realm = rendered({ trustedHost: ['example.com'] })
    expect(executor(realm)?.['cimd-allow-permitted-domains']).toContain('example.com')
    expect(condition(realm)?.['client-id-uri-allow-permitted-domains']).toContain('example.com')
  })
})

describe('a realm that takes no documents', () => {
  it.each<[string, Realm]>([
    ['the base realm', BASE_REALM],
    ['one without policies', { realm: 'r' }],
    ['one with empty profiles', { realm: 'r', clientProfiles: { profiles: [{}] }, clientPolicies: {} }],
  ])('stays as it is: %s', (_, realm) => {
    expect(JSON.stringify(permitDocumentHosts(realm, ['example.com']))).toBe(JSON.stringify(realm))
    expect(JSON.stringify(documentResources(realm))).toBe(JSON.stringify(realm))
  })
})

it('a list of hosts that is not there begins with the first one', () => {
  const realm = {
    realm: 'r',
    clientProfiles: { profiles: [{ executors: [{ executor: 'client-id-metadata-document' }] }] },
  }
  expect(executor(permitDocumentHosts(realm, ['a.test']))).toEqual({
    'cimd-allow-permitted-domains': ['a.test'],
  })
})
