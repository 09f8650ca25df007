import { expect, it } from 'vitest'
import { loadOverlay } from '../../../../src/realm/load-overlay.ts'
import { applyOverlays } from '../../../../src/realm/overlay.ts'
import { confidentialClients } from '../../../../src/realm/patches/confidential-clients.ts'
import { renderRealm } from '../../../../src/realm/render.ts'
import type { Realm } from '../../../../src/realm/schema.ts'
import { BASE_REALM, NO_OPTIONS } from '../../support/base-realm.ts'

const overlay = await loadOverlay('oauth-proxy', BASE_REALM.realm)

function proxyFor(mcpUrl: readonly string[], base: Realm = BASE_REALM) {
  const realm = renderRealm(base, { ...NO_OPTIONS, mcpUrl: [...mcpUrl] }, [overlay])
  return realm.clients?.find(({ clientId }) => clientId === 'mcp_server')
}

it('the client of the proxy lives where the base realm has its MCP server', () => {
  const realm = applyOverlays(BASE_REALM, [overlay])
  expect(confidentialClients(realm)).toEqual({
    oauthProxy: 'mcp_server',
    tokenExchange: undefined,
    serviceAccounts: [],
  })
  expect(JSON.stringify(overlay.content)).not.toContain('"secret"')
  expect(proxyFor([])).toEqual(proxyFor(['http://localhost:8000/mcp']))
})

it('it moves with the MCP URL, with all that it may be redirected to', () => {
  expect(proxyFor(['https://mcp.test:9443/deep/mcp'])).toMatchObject({
    rootUrl: 'https://mcp.test:9443',
    baseUrl: 'https://mcp.test:9443',
    redirectUris: ['https://mcp.test:9443/auth/callback'],
    attributes: {
      'pkce.code.challenge.method': 'S256',
      'post.logout.redirect.uris': 'https://mcp.test:9443##https://mcp.test:9443/*',
    },
  })
})

it('it may be redirected to each of several MCP servers', () => {
  expect(proxyFor(['http://a.test/mcp', 'http://b.test/mcp', 'http://a.test/other'])).toMatchObject({
    rootUrl: 'http://a.test',
    redirectUris: ['http://a.test/auth/callback', 'http://b.test/auth/callback'],
    attributes: {
      'post.logout.redirect.uris': 'http://a.test##http://b.test##http://a.test/*##http://b.test/*',
    },
  })
})

it('URLs of other servers stay unchanged', () => {
  const other = {
    clientId: 'other',
    rootUrl: 'http://localhost:80001',
    redirectUris: ['http://localhost:80001/x'],
  }
  const plain = { clientId: 'plain', redirectUris: ['http://localhost:8000/x'] }
  const base = { ...BASE_REALM, clients: [...(BASE_REALM.clients ?? []), other, plain] }
  const realm = renderRealm(base, { ...NO_OPTIONS, mcpUrl: ['http://a.test/mcp'] })
  expect(realm.clients).toEqual(expect.arrayContaining([other, plain]))
})

it('a redirect URI of another server stays unchanged', () => {
  const extra = { clientId: 'mcp_server', redirectUris: ['http://localhost:80001/x', 'myapp:/callback'] }
  const realm = renderRealm(BASE_REALM, { ...NO_OPTIONS, mcpUrl: ['http://a.test/mcp'] }, [
    overlay,
    { name: 'mine', content: { clients: [extra] } },
  ])
  expect(realm.clients?.find(({ clientId }) => clientId === 'mcp_server')?.redirectUris).toEqual([
    'http://a.test/auth/callback',
    ...extra.redirectUris,
  ])
})
