import { describe, expect, it } from 'vitest'
import type { RegistrationBody } from '../../../src/clients/client-profile.ts'
import { opencode } from '../../../src/clients/opencode.ts'
import { explainRefusal, type RefusedClient } from '../../../src/doctor/refusal.ts'
import { hostsOf, isTrusted } from '../../../src/doctor/trusted-uris.ts'
import { McpKeycloakError } from '../../../src/errors.ts'

const registration = opencode.registration as RegistrationBody
const policy = (name: string, details: string) =>
  `It answered 403: Policy '${name}' rejected request to client-registration service. Details: ${details}`
const explain = (why: string, seen: Partial<RefusedClient> = {}) =>
  explainRefusal(
    new McpKeycloakError('REGISTRATION_REFUSED', {
      what: 'Keycloak refused to register a client.',
      why,
      fix: 'fix',
    }),
    {
      registration,
      trustedHosts: undefined,
      hostsOfFile: [],
      isOurs: true,
      ...seen,
    },
  )

describe('a client that was refused', () => {
  it('a refused client gets the untrusted host and the command that trusts it', () => {
    const why = policy('Trusted Hosts', "URL doesn't match any trusted host or trusted domain")
    expect(explain(why, { trustedHosts: ['127.0.0.1'] })).toMatchInlineSnapshot(`
      {
        "fix": "mcp-keycloak reset-realm --trusted-host opencode.ai",
        "status": "fail",
        "what": "was refused: opencode.ai is not trusted",
        "why": "It answered 403: Policy 'Trusted Hosts' rejected request to client-registration service. Details: URL doesn't match any trusted host or trusted domain",
      }
    `)
    expect(explain(why, { isOurs: false })).toMatchInlineSnapshot(`
      {
        "fix": "Admin console, Clients, Client registration, "Trusted Hosts": add 127.0.0.1, opencode.ai.",
        "status": "fail",
        "what": "was refused: one of 127.0.0.1, opencode.ai is not trusted",
        "why": "It answered 403: Policy 'Trusted Hosts' rejected request to client-registration service. Details: URL doesn't match any trusted host or trusted domain",
      }
    `)
  })

  it('doctor --fix restores a trusted host of the file', () => {
    const why = policy('Trusted Hosts', "URL doesn't match any trusted host or trusted domain")
    const hostsOfFile = ['127.0.0.1', 'opencode.ai']
    expect(explain(why, { trustedHosts: ['127.0.0.1'], hostsOfFile }).fix).toBe('mcp-keycloak doctor --fix')
  })

  it.each([
    ['Its page says: Invalid username or password.', true, 'mcp-keycloak reset-realm'],
    ['Its page says: Invalid username or password.', false, 'MCP_KEYCLOAK_USER=name:password'],
    ['Its page says: Account is not fully set up', true, 'mcp-keycloak doctor --fix'],
    ['invalid_scope: Invalid scopes: openid', true, 'look'],
  ])('the fix for a login refused with "%s" depends on who manages the realm: %s', (why, isOurs, fix) => {
    const error = new McpKeycloakError('LOGIN_REFUSED', { what: 'No token.', why, fix: 'look' })
    const seen = { registration, trustedHosts: undefined, hostsOfFile: [], isOurs }
    expect(explainRefusal(error, seen)).toMatchObject({
      status: 'fail',
      why,
      fix: expect.stringContaining(fix),
    })
  })

  it('a refused client learns that this machine is not trusted', () => {
    expect(explain(policy('Trusted Hosts', 'Host not trusted.'))).toMatchInlineSnapshot(`
      {
        "fix": "mcp-keycloak doctor --fix",
        "status": "fail",
        "what": "was refused: this machine may not register clients",
        "why": "It answered 403: Policy 'Trusted Hosts' rejected request to client-registration service. Details: Host not trusted.",
      }
    `)
  })

  it('a client that is refused for its scopes gets them listed', () => {
    const why = policy('Allowed Client Scopes', 'Not permitted to use specified clientScope')
    expect(explain(why)).toMatchInlineSnapshot(`
      {
        "fix": "The realm has no such scope, or clients may not have it: see "Scopes" above; mcp-keycloak doctor --fix",
        "status": "fail",
        "what": "was refused a scope of "openid offline_access"",
        "why": "It answered 403: Policy 'Allowed Client Scopes' rejected request to client-registration service. Details: Not permitted to use specified clientScope",
      }
    `)
  })

  it('a registration that needs an initial access token is skipped', () => {
    expect(
      explain(policy('Initial Access Token Required', "It's allowed to have max 0 clients per realm")).status,
    ).toBe('skip')
  })

  it.each([
    ['REGISTRATION_REFUSED', 'It answered 403: Policy denied'],
    ['TOKEN_WRONG', 'unexpected JWT "aud" (audience) claim value'],
  ] as const)('the fix for an external realm does not reset it: %s, %s', (code, why) => {
    const fix = 'To recreate it: mcp-keycloak reset-realm'
    const error = new McpKeycloakError(code, { what: 'It failed.', why, fix })
    const seen = { registration, trustedHosts: undefined, hostsOfFile: [] }
    expect(explainRefusal(error, { ...seen, isOurs: true }).fix).toContain('reset-realm')
    const elsewhere = explainRefusal(error, { ...seen, isOurs: false })
    expect(elsewhere.fix).not.toContain('reset-realm')
    expect(elsewhere.fix).toMatch(/doctor --fix\n.*realm adopt/)
  })

  it("an unknown refusal shows Keycloak's answer", () => {
    expect(explain('It answered 500: unknown_error')).toMatchInlineSnapshot(`
      {
        "fix": "fix",
        "status": "fail",
        "what": "Keycloak refused to register a client",
        "why": "It answered 500: unknown_error",
      }
    `)
  })
})

it('the hosts of a client come from its redirect URIs and its home page', () => {
  expect(
    hostsOf({
      ...registration,
      redirect_uris: ['cursor://anysphere.cursor-mcp/callback', 'http://[::1]:1/'],
    }),
  ).toEqual(['anysphere.cursor-mcp', '[::1]', 'opencode.ai'])
})

it.each([
  ['example.com', ['example.com'], true],
  ['www.example.com', ['example.com'], false],
  ['www.example.com', ['*.example.com'], true],
  ['example.com', ['*.example.com'], true],
  ['badexample.com', ['*.example.com'], false],
])('%s is in %j: %s', (host, list, expected) => {
  expect(isTrusted(host, list)).toBe(expected)
})
