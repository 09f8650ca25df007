import type { RegistrationBody } from '../clients/client-profile.ts'
import type { McpKeycloakError } from '../errors.ts'
import { type Finding, fail, faultOf, skip } from './check.ts'
import { hostsOf, isTrusted } from './trusted-uris.ts'

/** What is known of a client that was refused. */
export interface RefusedClient {
  readonly registration: RegistrationBody
  /** Hosts that the realm trusts; `undefined` when they cannot be seen. */
  readonly trustedHosts: readonly string[] | undefined
}

/**
 * What it means that Keycloak refused a client that was played: the one place where a refusal gets its words. The
 * answer names a policy and a reason; the culprit in what was sent is found here.
 */
export function explainRefusal(error: McpKeycloakError, client: RefusedClient): Finding {
  const { why } = error
  if (/Initial Access Token/i.test(why)) {
    return skip(
      'registers with an initial access token only',
      'One can be made by an administrator, and nobody told us a password.',
      'Set MCP_KEYCLOAK_ADMIN_PASSWORD (and MCP_KEYCLOAK_ADMIN_USERNAME, when it is not admin).',
    )
  }
  if (why.includes("'Trusted Hosts'")) return untrusted(error, client)
  if (why.includes("'Allowed Client Scopes'")) {
    return fail(
      `was refused its scope "${client.registration.scope}"`,
      why,
      'One of these scopes is not in the realm, or clients may not have it: see "Scopes" above; mcp-keycloak doctor --fix',
    )
  }
  return faultOf(error)
}

function untrusted({ why }: McpKeycloakError, { registration, trustedHosts = [] }: RefusedClient): Finding {
  if (why.includes('Host not trusted')) {
    return fail(
      'was refused: this machine may not register clients',
      why,
      'Switch "Host Sending Client Registration Request Must Match" off: mcp-keycloak doctor --fix',
    )
  }
  const hosts = hostsOf(registration).filter((host) => !isTrusted(host, trustedHosts))
  return fail(
    `was refused: ${hosts.join(', ')} ${hosts.length === 1 ? 'is' : 'are'} not trusted`,
    why,
    `mcp-keycloak reset-realm ${hosts.map((host) => `--trusted-host ${host}`).join(' ')}`,
  )
}
