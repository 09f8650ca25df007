import { describe, expect, it } from 'vitest'

import { SERVER_PROFILES } from '../../../src/servers/all.ts'
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
  isAuthorizationServer,
  isModern,
})

describe('what a server is made with', () => {
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
