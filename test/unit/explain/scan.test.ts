import { readFile } from 'node:fs/promises'

import { describe, expect, it } from 'vitest'

import { scanText } from '../../../src/explain/scan.ts'

function scan(text: string) {
  const scanning = scanText()
  for (const line of text.split('\n')) scanning.push(line)
  return scanning.findings()
}

const found = (text: string) => scan(text).map(({ line, id, culprit }) => [line, id, culprit])

const MIXED = `
2026-11-21T08:00:01 [mcp-remote] Connecting to http://localhost:8000/mcp
2026-11-21T08:00:01 [mcp-remote] Error: connect ECONNREFUSED 127.0.0.1:8000
2026-11-21T08:00:02 [mcp-remote] retrying
\u001b[31mRegistration failed: 403 {"error":"insufficient_scope","error_description":"Policy 'Trusted Hosts' rejected request to client-registration service. Details: URI doesn\\u0027t match any trusted host or trusted domain"}\u001b[0m
GET /callback?error=invalid_scope&error_description=Invalid+scopes%3A+openid+mcp%3Anope&iss=http%3A%2F%2Flocalhost
<p class="instruction">Client not found.</p>
<p class="instruction">Client not found.</p>
Server returned 401 after successful authentication
Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln Token verification failed
`.trim()

describe('a long text', () => {
  it('has each failure once, in its order, with the line where it first shows', () => {
    expect(found(MIXED)).toEqual([
      [2, 'connection-refused', '127.0.0.1:8000'],
      [4, 'redirect-host-not-trusted', undefined],
      [5, 'scope-not-assigned', 'openid mcp:nope'],
      [6, 'client-not-found', undefined],
      [8, 'mcp-server-unauthorized', undefined],
      [9, 'token-not-of-this-realm', undefined],
    ])
    expect(scan(MIXED).find(({ id }) => id === 'client-not-found')?.count).toBe(2)
  })

  it('is shown again without colours, tokens and codes', () => {
    const texts = scan(MIXED).map(({ text }) => text)
    expect(texts[1]).toMatch(/^Registration failed: 403/)
    expect(texts.at(-1)).toBe('Authorization: Bearer eyJ… Token verification failed')
  })

  it("several lines of the server's log about one refusal are one failure", () => {
    const log = (message: string) =>
      `2026-11-21 08:20:39,255 WARN  [org.keycloak.services] (executor-thread-4) ${message}`
    const refusal = [
      log("KC-SERVICES0108: URI 'https://evil.example/cb' doesn't match any trustedHost or trustedDomain"),
      log(
        "KC-SERVICES0099: Operation 'before register client' rejected. Policy 'Trusted Hosts' rejected request to client-registration service. Details: URI doesn't match any trusted host or trusted domain",
      ),
      log(
        'type="CLIENT_REGISTER_ERROR", realmId="1", realmName="shop", clientId="null", userId="null", ipAddress="127.0.0.1", error="not_allowed", client_registration_policy="Trusted Hosts"',
      ),
    ]
    expect(found(refusal.join('\n'))).toEqual([[1, 'redirect-host-not-trusted', 'evil.example']])
  })

  it('keeps what is vague when nothing near it is clear', () => {
    const far = Array.from({ length: 20 }, () => 'nothing').join('\n')
    const vague = "Policy 'Trusted Hosts' rejected"
    expect(
      found(`${vague}\n${far}\nRequested scope 'x' not trusted in the list: []`).map(([, id]) => id),
    ).toEqual(['trusted-hosts', 'scope-not-permitted'])
  })

  it('has one finding for each culprit', () => {
    const scopes = ['a', 'b', 'a'].map((scope) => `Requested scope '${scope}' not trusted in the list: []`)
    expect(found(scopes.join('\n')).map(([, , culprit]) => culprit)).toEqual(['a', 'b'])
  })

  it.each([
    [
      "another program's next line",
      'Failed to fetch JWKS: All connection attempts failed',
      'INFO:     127.0.0.1:5000 - "POST /mcp HTTP/1.1" 401 Unauthorized',
      'All connection attempts failed',
    ],
    [
      'the stack below it',
      'InvalidScopeError: Invalid scopes: mcp:nope',
      '    at async auth (file:///auth.js:1:1)',
      'mcp:nope',
    ],
  ])('names a culprit without %s, and counts it once', (_, message, next, culprit) => {
    const findings = scan([message, next, message, next.replace('1', '2')].join('\n'))
    const [first] = findings.filter((finding) => finding.culprit !== undefined)
    expect(first).toMatchObject({ culprit, line: 1, count: 2 })
    expect(findings.filter(({ id }) => id === first?.id).length).toBe(1)
  })

  it('is read on in the next line when a line alone says nothing', () => {
    expect(found('Registration failed: Invalid\nscopes: a').length).toBe(1)
  })

  it('endless culprits do not make the result grow', () => {
    const many = Array.from(
      { length: 1000 },
      (_, index) => `Requested scope 's${index}' not trusted in the list: []`,
    )
    expect(scan(many.join('\n')).length).toBe(200)
  })
})

it("a failure is found in FastMCP's log that a terminal has wrapped", async () => {
  const log = await readFile(new URL('../../fixtures/fastmcp-server.txt', import.meta.url), 'utf8')
  const findings = scan(log)
  expect(findings.map(({ id }) => id)).toEqual([
    'audience-mismatch',
    'issuer-mismatch',
    'token-expired',
    'signature-invalid',
    'scope-missing-in-token',
    'keys-not-fetched',
  ])
  expect(findings[0]).toMatchObject({
    culprit: 'http://localhost:18765/mcp',
    text: expect.stringMatching(
      /WARNING Bearer token rejected for client mcp-client: .*expected 'http.*mcp'\)$/,
    ),
    count: 1,
    fix: expect.stringMatching(/^mcp-keycloak reset-realm --mcp-url http:\/\/localhost:18765\/mcp\n/),
  })
})
