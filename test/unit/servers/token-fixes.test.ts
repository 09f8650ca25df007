import { describe, expect, it } from 'vitest'

import { SERVER_PROFILES } from '../../../src/servers/all.ts'
import { RECOGNISED_SERVERS } from '../../../src/servers/recognised.ts'
import type { ServerSigns } from '../../../src/servers/server-profile.ts'

const FASTMCP = 'invalid. To resolve: clear authentication tokens in your MCP client and reconnect.'
const RULES = { mcpUrl: 'http://localhost:8000/mcp', issuer: 'http://kc/realms/x', scopes: ['openid', 'a:b'] }

const signs = (
  headers: Record<string, string>,
  refusal: string,
  isAuthorizationServer = false,
  isModern = false,
): ServerSigns => ({
  headers: new Headers(headers),
  refusal,
  challenge: '',
  firstText: '',
  isAuthorizationServer,
  isModern,
})

describe('the framework of a server', () => {
  it.each([
    ['fastmcp', signs({ server: 'uvicorn' }, FASTMCP)],
    ['fastmcp-oauth-proxy', signs({ server: 'uvicorn' }, FASTMCP, true)],
    ['typescript-sdk', signs({ 'x-powered-by': 'Express' }, '{"error":"x","error_description":"y"}')],
    [
      'typescript-sdk-2',
      signs({ 'x-powered-by': 'Express' }, '{"error":"x","error_description":"y"}', false, true),
    ],
    [
      'python-sdk',
      signs(
        { server: 'uvicorn' },
        '{"error": "invalid_token", "error_description": "Authentication required"}',
      ),
    ],
    [undefined, signs({ server: 'uvicorn' }, '{"error":"invalid_token"}')],
    [undefined, signs({ 'x-powered-by': 'Express' }, 'Unauthorized')],
    [undefined, signs({}, '')],
  ])('%s', (name, shown) => {
    expect(SERVER_PROFILES.find(({ shows }) => shows?.(shown))?.name).toBe(name)
  })
})

describe('a server for which there is no snippet', () => {
  const first = (challenge: string, firstText: string, headers: Record<string, string> = {}) => ({
    ...signs(headers, ''),
    challenge,
    firstText,
  })
  const SPRING =
    'Bearer error="invalid_token", error_description="Malformed token", error_uri="https://tools.ietf.org/html/rfc6750#section-3.1"'

  it.each<[string | undefined, ServerSigns]>([
    [
      'TypeScript SDK',
      first('Bearer error="invalid_token", error_description="Missing Authorization header"', ''),
    ],
    ['mcp-use', first('Bearer error="unauthorized", error_description="Authorization needed"', '')],
    [
      'fastmcp (TypeScript)',
      first(
        'Bearer resource_metadata="http://x", error="invalid_token", error_description="No token"',
        '{"error":{"code":-32000,"message":"No token"},"id":1,"jsonrpc":"2.0"}',
      ),
    ],
    [
      'Go SDK',
      first('Bearer resource_metadata=http://x', 'no bearer token\n', {
        'x-content-type-options': 'nosniff',
      }),
    ],
    ['Spring Security', first('Bearer', '', { 'www-authenticate': SPRING })],
    ['Envoy (jwt_authn)', first('Bearer realm="http://x/mcp"', 'Jwt is missing', { server: 'envoy' })],
    ['agentgateway', first('', 'authentication failure: no bearer token found')],
    ['ASP.NET Core', first('Bearer resource_metadata="http://x"', '', { server: 'Kestrel' })],
    ['nginx', signs({ server: 'nginx' }, '<hr><center>nginx/1.29.1</center>')],
    // Only a header that others send too: nothing is known.
    [undefined, first('Bearer', 'Unauthorized', { server: 'nginx' })],
    [undefined, first('Bearer', 'Unauthorized', { server: 'envoy' })],
    [undefined, first('Bearer error="invalid_token"', 'no bearer token given')],
    [undefined, first('Bearer resource_metadata="http://x"', '{"error":{"code":-32000,"message":"x"}}')],
    [undefined, first('Basic realm="x"', '', { server: 'Kestrel' })],
  ])('the answers of a server without a snippet name %s', (title, shown) => {
    expect([...SERVER_PROFILES, ...RECOGNISED_SERVERS].find(({ shows }) => shows?.(shown))?.title).toBe(title)
  })

  it('has fixes that name the URL and the issuer as they have to be', () => {
    for (const { title, fixes } of RECOGNISED_SERVERS) {
      const { aud = RULES.mcpUrl, iss = RULES.issuer } = fixes?.(RULES) ?? {}
      expect([title, aud.includes(RULES.mcpUrl), iss.includes(RULES.issuer)]).toEqual([title, true, true])
    }
  })
})

it.each(SERVER_PROFILES.filter(({ fixes }) => fixes).map((profile) => [profile.name, profile] as const))(
  'the fixes for %s name the claim as it has to be',
  (_name, { fixes }) => {
    const { aud, iss, scope, exp, sig } = fixes?.(RULES) ?? {}
    expect(aud).toContain(`"${RULES.mcpUrl}"`)
    expect(iss).toContain(RULES.issuer)
    expect(sig).toContain(RULES.issuer)
    expect(exp).toMatch(/exp/)
    expect(scope).toMatch(/\["openid", ?"a:b"\]/)
  },
)

it('the snippets have the lines that the fixes ask for', () => {
  const target = {
    mcpUrl: RULES.mcpUrl,
    issuer: RULES.issuer,
    serverName: 's',
    keycloakUrl: 'http://kc',
    realm: 'x',
    preregistered: undefined,
  }
  for (const profile of SERVER_PROFILES) {
    const [added] = /audience="[^"]*"/.exec(profile.fixes?.(RULES).aud ?? '') ?? []
    if (added) expect(profile.snippets(target)[0]?.code, profile.name).toContain(added)
  }
})
