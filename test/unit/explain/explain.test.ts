import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

import { NO_REALM_OPTIONS } from '../../../src/config/realm-options.ts'
import { explainFailure } from '../../../src/explain/explain.ts'

const UNTRUSTED =
  "Policy 'Trusted Hosts' rejected request to client-registration service. Details: URL doesn't match any trusted host or trusted domain"
const EVENT = {
  type: 'CLIENT_REGISTER_ERROR',
  realm: 'fastmcp',
  error: 'not_allowed',
  details: { client_registration_policy: 'Trusted Hosts' },
}

describe('an explanation', () => {
  it('names a culprit that is only in the log', () => {
    const logLines = [
      "KC-SERVICES0102: URL 'https://github.com/x' doesn't match any trustedHost or trustedDomain",
    ]
    expect(explainFailure({ text: UNTRUSTED, logLines, event: EVENT })).toMatchObject([
      {
        id: 'client-uri-host-not-trusted',
        what: expect.stringContaining('github.com'),
        fix: 'mcp-keycloak reset-realm --trusted-host github.com',
        culprit: 'github.com',
      },
    ])
  })

  it('has a placeholder when nothing names the culprit', () => {
    const [first] = explainFailure({ text: UNTRUSTED })
    expect([first?.culprit, first?.fix]).toEqual([
      undefined,
      'mcp-keycloak reset-realm --trusted-host <host>',
    ])
  })

  it('is vague for an event alone, and clear with other evidence', () => {
    expect(explainFailure({ event: EVENT })).toMatchObject([{ id: 'trusted-hosts', vague: true }])
    expect(explainFailure({ event: EVENT, text: UNTRUSTED }).map(({ id }) => id)).toEqual([
      'client-uri-host-not-trusted',
    ])
  })

  it('repeats the existing values of a list, because the option replaces the list', () => {
    const logLines = [
      "KC-SERVICES0108: URI 'https://b.test/cb' doesn't match any trustedHost or trustedDomain",
    ]
    const options = { ...NO_REALM_OPTIONS, trustedHost: ['a.test'] }
    expect(explainFailure({ logLines }, { realm: 'shop', options })[0]?.fix).toBe(
      'mcp-keycloak reset-realm --realm shop --trusted-host a.test --trusted-host b.test',
    )
  })

  it("names the event's realm in its commands", () => {
    const event = { ...EVENT, realm: 'shop' }
    expect(explainFailure({ event })[0]?.fix).toContain('reset-realm --realm shop')
  })

  it('does not repeat the options of another realm', () => {
    const event = { ...EVENT, realm: 'shop' }
    const options = { ...NO_REALM_OPTIONS, trustedHost: ['a.test'] }
    expect(explainFailure({ event }, { realm: 'fastmcp', options })[0]?.fix).not.toContain('a.test')
  })

  it('is safe to paste into a shell, whatever a client sent', () => {
    const logLines = ["Requested scope 'a;rm -rf $HOME' not trusted in the list: [openid]"]
    expect(explainFailure({ logLines })[0]?.fix).toContain("--scope 'a;rm -rf $HOME'")
  })

  it.each([
    ['cursor://anysphere.other/callback', 'anysphere.other'],
    ['http://[::1]:3000/callback', '[::1]'],
    ['https://evil.example:8443/cb?x=1', 'evil.example'],
  ])('names the host of %s as --trusted-host takes it', (uri, host) => {
    const logLines = [`KC-SERVICES0108: URI '${uri}' doesn't match any trustedHost or trustedDomain`]
    expect(explainFailure({ logLines })[0]).toMatchObject({ culprit: host })
  })

  it.each([
    ['openid', 'mcp-keycloak reset-realm'],
    ['service_account', 'mcp-keycloak reset-realm'],
    ['api:read', 'mcp-keycloak reset-realm --scope api:read'],
  ])('adds a scope to the realm only when --scope accepts it: %s', (scope, command) => {
    const logLines = [`Requested scope '${scope}' not trusted in the list: [basic]`]
    expect(explainFailure({ logLines })[0]?.fix.split('\n')[0]).toBe(command)
  })

  it('distinguishes the two refusals of client credentials by their code', () => {
    const found = (text: string) => explainFailure({ text }).map(({ id }) => id)
    const description = 'Invalid client or Invalid client credentials'
    expect(found(`{"error":"invalid_client","error_description":"${description}"}`)).toEqual([
      'client-unknown',
    ])
    expect(found(`UnauthorizedClientError: ${description}`)).toEqual(['client-secret-wrong'])
  })

  it('is missing for unknown or empty evidence', () => {
    expect(explainFailure({ text: 'It does not work.' })).toEqual([])
    expect(explainFailure({})).toEqual([])
    expect(explainFailure({ event: { type: 'LOGIN', details: {} } })).toEqual([])
  })

  it.each([
    'README.md',
    'compose/server.yaml',
    'realms/fastmcp.json',
    'package.json',
    'docs/how-it-works.md',
  ])('finds nothing in %s, which reports no failure', async (file) => {
    const text = await readFile(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8')
    expect(explainFailure({ text })).toEqual([])
  })

  it.each([
    'COPY --from=builder /opt/keycloak/providers/own.jar /opt/keycloak/providers/',
    'Updating the configuration and installing your custom providers, if any. Please wait.',
    'java.lang.NoClassDefFoundError: org/keycloak/adapters/springsecurity/KeycloakConfiguration',
  ])('takes no extension to be broken because of its words: %s', (text) => {
    expect(explainFailure({ text })).toEqual([])
  })
})
