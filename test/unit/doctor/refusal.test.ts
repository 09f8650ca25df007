import { describe, expect, it } from 'vitest'
import type { RegistrationBody } from '../../../src/clients/client-profile.ts'
import { opencode } from '../../../src/clients/opencode.ts'
import { explainRefusal } from '../../../src/doctor/refusal.ts'
import { hostsOf, isTrusted } from '../../../src/doctor/trusted-uris.ts'
import { McpKeycloakError } from '../../../src/errors.ts'

const registration = opencode.registration as RegistrationBody
const policy = (name: string, details: string) =>
  `It answered 403: Policy '${name}' rejected request to client-registration service. Details: ${details}`
const explain = (why: string, seen: { trustedHosts?: readonly string[]; isOurs?: boolean } = {}) =>
  explainRefusal(
    new McpKeycloakError('REGISTRATION_REFUSED', {
      what: 'Keycloak refused to register a client.',
      why,
      fix: 'fix',
    }),
    {
      registration,
      trustedHosts: undefined,
      isOurs: true,
      ...seen,
    },
  )

describe('a client that was refused', () => {
  it('is told the host that is not trusted, and the command that trusts it', () => {
    const why = policy('Trusted Hosts', "URL doesn't match any trusted host or trusted domain")
    expect(explain(why, { trustedHosts: ['127.0.0.1'] })).toEqual({
      status: 'fail',
      what: 'was refused: opencode.ai is not trusted',
      why,
      fix: 'mcp-keycloak reset-realm --trusted-host opencode.ai',
    })
    expect(explain(why, { isOurs: false })).toMatchObject({
      what: 'was refused: one of 127.0.0.1, opencode.ai is not trusted',
      fix: 'Admin console, Clients, Client registration, "Trusted Hosts": add 127.0.0.1, opencode.ai.',
    })
  })

  it('is told that it is this machine that is not trusted', () => {
    expect(explain(policy('Trusted Hosts', 'Host not trusted.')).what).toBe(
      'was refused: this machine may not register clients',
    )
  })

  it('is told its scopes', () => {
    expect(explain(policy('Allowed Client Scopes', 'Not permitted to use specified clientScope')).what).toBe(
      'was refused a scope of "openid offline_access"',
    )
  })

  it('is no fault where an initial access token is needed', () => {
    expect(
      explain(policy('Initial Access Token Required', "It's allowed to have max 0 clients per realm")).status,
    ).toBe('skip')
  })

  it('is told what Keycloak said, when nothing more is known', () => {
    expect(explain('It answered 500: unknown_error')).toEqual({
      status: 'fail',
      what: 'Keycloak refused to register a client',
      why: 'It answered 500: unknown_error',
      fix: 'fix',
    })
  })
})

it('the hosts of a client are those of its redirect URIs and its home page', () => {
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
