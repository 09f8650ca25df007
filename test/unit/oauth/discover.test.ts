import { describe, expect, it } from 'vitest'

import { discover } from '../../../src/oauth/discover.ts'
import { localServer } from '../support/local-server.ts'
import { refusal } from '../support/refusal.ts'

/** A Keycloak whose metadata names this issuer, or the one that was asked for. */
async function keycloak(issuer?: string): Promise<string> {
  const url = await localServer((request, response) => {
    const [, realm] =
      /^\/\.well-known\/oauth-authorization-server\/realms\/(\w+)$/.exec(request.url ?? '') ?? []
    response.writeHead(realm ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ issuer: issuer ?? `${url}/realms/${realm}`, jwks_uri: `${url}/k` }))
  })
  return url
}

describe('discovery', () => {
  it('reads the metadata where RFC 8414 puts it', async () => {
    const url = await keycloak()
    expect(await discover(`${url}/realms/r`)).toMatchObject({
      issuer: `${url}/realms/r`,
      jwks_uri: `${url}/k`,
    })
  })

  it('refuses metadata of another issuer', async () => {
    const url = await keycloak('http://evil.test/realms/r')
    const error = await refusal(() => discover(`${url}/realms/r`))
    expect(error).toMatchObject({ code: 'DISCOVERY_FAILED', exitCode: 5 })
    expect(error.why).toContain('http://evil.test/realms/r')
    expect(error.fix).toContain('frontendUrl')
  })

  it('says so when there is no metadata', async () => {
    const url = await keycloak()
    expect((await refusal(() => discover(`${url}/nowhere`))).message).toContain(`${url}/nowhere`)
  })
})

describe('metadata', () => {
  const discoverWith = async (members: (url: string) => object) => {
    const url: string = await localServer((_, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ issuer: `${url}/realms/r`, ...members(url) })),
    )
    return discover(`${url}/realms/r`)
  }

  it.each([
    ['authorization_endpoint', 'a:$(cmd.exe /c whoami)?response_type=code'], // CVE-2025-6514
    ['authorization_endpoint', 'javascript:alert(1)'],
    ['authorization_endpoint', 'file:///c:/windows/system32/calc.exe'],
    ['token_endpoint', 'http://127.0.0.1:1/token'],
    ['token_endpoint', '/token'],
    ['registration_endpoint', 'https://evil.test/register'],
    ['jwks_uri', 'http://169.254.169.254/latest/meta-data'],
    ['introspection_endpoint', 'http://localhost:1/introspect'],
  ])('may not name a %s elsewhere: %s', async (name, endpoint) => {
    const error = await refusal(() => discoverWith(() => ({ [name]: endpoint })))
    expect(error).toMatchObject({
      code: 'DISCOVERY_FAILED',
      message: expect.stringContaining(`${name} at ${URL.parse(endpoint)?.href ?? endpoint}`),
    })
  })

  it('may not name an endpoint with a password', async () => {
    const error = await refusal(() =>
      discoverWith((url) => ({ token_endpoint: url.replace('//', '//a:b@') })),
    )
    expect(error.code).toBe('DISCOVERY_FAILED')
  })

  it('shows a host in other letters in ASCII', async () => {
    const error = await refusal(() => discoverWith(() => ({ token_endpoint: 'http://l\u043ecalhost/' })))
    expect(error.message).toContain('http://xn--lcalhost-nbh/')
  })

  it.each([
    ['token_endpoint', { toString: 1 }],
    ['jwks_uri', [[]]],
    ['scopes_supported', 'openid'],
    ['scopes_supported', [1]],
    ['code_challenge_methods_supported', { includes: 1 }],
  ])('is refused for a %s of another type: %j', async (name, value) => {
    const error = await refusal(() => discoverWith(() => ({ [name]: value })))
    expect(error).toMatchObject({ code: 'DISCOVERY_FAILED', why: expect.stringMatching(`^${name}`) })
  })
})
