import { describe, expect, it } from 'vitest'

import { NO_REALM_OPTIONS } from '../../../../src/config/realm-options.ts'
import { explainFailure } from '../../../../src/explain/explain.ts'
import { lastRefusalIn } from '../../../../src/operations/logs/last-refusal.ts'

const line = (second: number, message: string) =>
  `2026-11-21 08:20:${second},255 WARN  [org.keycloak.services] (executor-thread-${second}) ${message}`
const refused = (second: number, detail: string, policy: string, realm: string) => [
  line(second, detail),
  line(
    second,
    `KC-SERVICES0099: Operation 'before register client' rejected. Policy '${policy}' rejected request to client-registration service. Details: no.`,
  ),
  line(
    second,
    `type="CLIENT_REGISTER_ERROR", realmId="1", realmName="${realm}", clientId="null", error="not_allowed", client_registration_policy="${policy}"`,
  ),
]
const host = (second: number, name: string, realm = 'fastmcp') => {
  const detail = `KC-SERVICES0108: URI 'https://${name}/cb' doesn't match any trustedHost or trustedDomain`
  return refused(second, detail, 'Trusted Hosts', realm)
}
const scope = (second: number, name: string, realm = 'fastmcp') =>
  refused(
    second,
    `Requested scope '${name}' not trusted in the list: [openid]`,
    'Allowed Client Scopes',
    realm,
  )

function last(text: string, ...log: readonly string[]) {
  const [inText] = explainFailure({ text })
  if (!inText) throw new Error(`nothing is known of: ${text}`)
  const options = { ...NO_REALM_OPTIONS, trustedHost: ['a.test'] }
  const found = lastRefusalIn(log, true, { realm: 'fastmcp', options })(inText)
  return found && [found.explanation.id, found.explanation.culprit, found.explanation.fix.split('\n')[0]]
}

const VAGUE = "Policy 'Trusted Hosts' rejected request to client-registration service."

describe('the last refusal in the log', () => {
  it('the last refusal of the log names the host that the text lacks', () => {
    expect(last(VAGUE, ...host(10, 'old.test'), ...host(20, 'new.test'), ...scope(30, 'nope'))).toEqual([
      'redirect-host-not-trusted',
      'new.test',
      'mcp-keycloak reset-realm --trusted-host a.test --trusted-host new.test',
    ])
    expect(last("URI doesn't match any trusted host", ...host(10, 'a.test'))?.[1]).toBe('a.test')
  })

  it('is not another one of the same step', () => {
    expect(last(VAGUE, ...scope(10, 'nope'))).toBeUndefined()
  })

  it('is not one of another realm', () => {
    expect(last(VAGUE, ...host(10, 'here.test'), ...host(20, 'there.test', 'shop'))?.[1]).toBe('here.test')
    expect(last('Not permitted to use specified clientScope', ...scope(10, 'x', 'shop'))).toBeUndefined()
  })

  it('is the exception behind an answer without a reason', () => {
    const answer =
      '{"error":"unknown_error","error_description":"For more on this error consult the server log."}'
    const stumbled = line(
      10,
      'Uncaught server error: java.lang.NullPointerException: Cannot invoke "String.equals(Object)" because "host" is null',
    )
    expect(last(answer, stumbled)?.[0]).toBe('redirect-without-host')
    expect(last(answer, ...host(10, 'a.test'))).toBeUndefined()
  })
})
