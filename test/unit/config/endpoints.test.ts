import { expect, it } from 'vitest'

import { realmEndpoints } from '../../../src/config/endpoints.ts'

it('names every URL of a realm', () => {
  expect(realmEndpoints('http://localhost:8080', 'fastmcp')).toEqual({
    keycloakUrl: 'http://localhost:8080',
    realm: 'fastmcp',
    issuer: 'http://localhost:8080/realms/fastmcp',
    metadata: 'http://localhost:8080/.well-known/oauth-authorization-server/realms/fastmcp',
    authorization: 'http://localhost:8080/realms/fastmcp/protocol/openid-connect/auth',
    token: 'http://localhost:8080/realms/fastmcp/protocol/openid-connect/token',
    registration: 'http://localhost:8080/realms/fastmcp/clients-registrations/openid-connect',
    jwks: 'http://localhost:8080/realms/fastmcp/protocol/openid-connect/certs',
    adminConsole: 'http://localhost:8080/admin/master/console/#/fastmcp',
  })
})

it('does not care about slashes at the end', () => {
  expect(realmEndpoints('http://localhost:8080//', 'x')).toEqual(realmEndpoints('http://localhost:8080', 'x'))
})

it('endpoints keep the path of Keycloak and append the well-known part', () => {
  const { issuer, metadata, adminConsole } = realmEndpoints('https://auth.test/kc/', 'x')
  expect(issuer).toBe('https://auth.test/kc/realms/x')
  expect(metadata).toBe('https://auth.test/kc/.well-known/oauth-authorization-server/realms/x')
  expect(adminConsole).toBe('https://auth.test/kc/admin/master/console/#/x')
})

it('encodes a realm name that a URL would take apart', () => {
  const endpoints = realmEndpoints('http://localhost:8080', 'a b/c#d')
  expect(endpoints.realm).toBe('a b/c#d')
  for (const [name, url] of Object.entries(endpoints)) {
    if (!['realm', 'keycloakUrl'].includes(name)) expect(url).toContain('a%20b%2Fc%23d')
  }
})
