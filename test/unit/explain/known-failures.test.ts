import { readFile } from 'node:fs/promises'

import { describe, expect, it } from 'vitest'

import { KNOWN_FAILURES } from '../../../src/explain/all.ts'
import { explainFailure } from '../../../src/explain/explain.ts'
import type { KeycloakEvent } from '../../../src/explain/known-failure.ts'

/** The response, log and event of a real Keycloak, recorded by `test/integration/explain`. */
interface Sample {
  readonly name: string
  /** The failure in the text. */
  readonly id: string
  /** The failure on the server. */
  readonly server?: string
  readonly text: string
  readonly logLines?: readonly string[]
  readonly event?: KeycloakEvent
}

const file = new URL('../../fixtures/failures.json', import.meta.url)
const samples: readonly Sample[] = JSON.parse(await readFile(file, 'utf8'))
const ids = (evidence: Parameters<typeof explainFailure>[0]) => explainFailure(evidence).map(({ id }) => id)

describe('each known failure', () => {
  it('has a unique id', () => {
    const names = KNOWN_FAILURES.map(({ id }) => id)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(KNOWN_FAILURES)('$id alone is found in its example', ({ id, example }) => {
    expect(ids({ text: example })).toEqual([id])
  })

  it.each(KNOWN_FAILURES)('$id has a what, a why and a fix, also without a culprit', (failure) => {
    for (const remedy of [failure.explain({}, undefined, {}), ...explainFailure({ text: failure.example })]) {
      const { what, why, fix } = remedy
      expect(what).toMatch(/^[A-Z].+\.$/)
      expect(why).toMatch(/^[A-Z"-].+[.:}]$/s)
      expect(fix.split('\n').every((line) => line.length > 5)).toBe(true)
      expect([what, why, fix].join()).not.toMatch(/undefined|null|\n\n| {2}/)
    }
    expect(new URL(failure.link).protocol).toBe('https:')
  })
})

describe('the response of a real Keycloak', () => {
  it('was recorded', () => {
    expect(samples.length).toBeGreaterThan(50)
  })

  it.each(samples)('shows exactly its failure: $name', ({ id, text }) => {
    expect(ids({ text })).toEqual([id])
  })
})

describe('the record of a real Keycloak', () => {
  it.each(samples.filter(({ server }) => server))('shows its failure by log and event: $name', (sample) => {
    const { server, logLines, event } = sample
    expect(ids({ logLines, event })).toEqual([server])
  })

  it.each(samples.filter(({ event }) => event))(
    'shows its failure by the event alone, or a vague one: $name',
    (sample) => {
      const [first] = explainFailure({ event: sample.event })
      if (first?.vague) expect(first.id).toBe('trusted-hosts')
      else expect([first?.id, undefined]).toContain(sample.server)
    },
  )

  it.each(samples.filter(({ server, text }) => server && text))(
    'shows the same failure as the response: $name',
    (sample) => {
      const { id, server, text, logLines, event } = sample
      expect(new Set([id, server])).toEqual(
        new Set([...ids({ text, logLines, event }), ...(isVague(id) ? [id] : [])]),
      )
    },
  )
})

function isVague(id: string): boolean {
  return KNOWN_FAILURES.some((failure) => failure.id === id && failure.vague)
}

describe('the output of a program', () => {
  it.each([
    [
      "curl: (7) Failed to connect to localhost port 8080 after 0 ms: Couldn't connect to server",
      'connection-refused',
    ],
    ['httpx.ConnectError: [Errno 111] Connection refused', 'connection-refused'],
    ['dial tcp 127.0.0.1:8080: connect: connection refused', 'connection-refused'],
    ['TypeError: fetch failed { cause: Error: connect ECONNREFUSED ::1:8080 }', 'connection-refused'],
    ['Unable to connect. Is the computer able to access the url?', 'nothing-reached'],
    ['JWTClaimValidationFailed: unexpected "aud" claim value', 'audience-mismatch'],
    ["jwt.exceptions.InvalidAudienceError: Audience doesn't match", 'audience-mismatch'],
    ['oidc: expected audience "http://localhost:8000/mcp" got ["account"]', 'audience-mismatch'],
    ['JWTClaimValidationFailed: unexpected "iss" claim value', 'issuer-mismatch'],
    [
      'oidc: id token issued by a different provider, expected "http://a/realms/x" got "http://b/realms/x"',
      'issuer-mismatch',
    ],
    ['JWTExpired: "exp" claim timestamp check failed', 'token-expired'],
    ['JWKSNoMatchingKey: no applicable key found in the JSON Web Key Set', 'signing-key-unknown'],
    [
      "Access to fetch at 'http://localhost:8080/realms/fastmcp/clients-registrations/openid-connect' from origin 'http://localhost:6274' has been blocked by CORS policy",
      'browser-blocked',
    ],
    ['Fatal error: InvalidClientError: Invalid client or Invalid client credentials', 'client-unknown'],
    [
      'mcp.client.auth.exceptions.OAuthRegistrationError: Registration failed: 403 {"error":"Invalid origin"}',
      'origin-not-allowed',
    ],
    [
      'mcp.client.auth.exceptions.OAuthFlowError: Protected resource http://localhost:8000/mcp/ does not match expected http://localhost:8000/mcp',
      'resource-mismatch',
    ],
    ['npm error ❌  MCP Inspector PORT IS IN USE at http://127.0.0.1:6274 ❌', 'port-in-use'],
    ['dependency failed to start: container shop-keycloak-1 is unhealthy', 'container-unhealthy'],
    ['GET http://localhost:8080/auth/realms/fastmcp/.well-known/openid-configuration 404', 'wrong-url'],
  ])('shows its failure: %s', (text, id) => {
    expect(ids({ text })).toEqual([id])
  })
})
