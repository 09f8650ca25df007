import { McpKeycloakError } from '../errors.ts'
import type { RealmPatch, RegistrationPolicy } from './schema.ts'

/** The component type under which a realm keeps its client registration policies. */
const POLICIES = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy'

/**
 * Trusts more hosts in the URIs of a client that registers itself: its redirect URIs and its home page.
 *
 * @param hosts names, `*.example.com` or `[::1]`: no scheme, no port
 * @throws {McpKeycloakError} `REALM_INVALID` when the realm has no such list
 * @see {@link https://www.keycloak.org/securing-apps/client-registration Keycloak: client registration policies}
 */
export function trustedHosts(hosts: readonly string[]): RealmPatch {
  return (realm) => {
    const policies = (realm.components?.[POLICIES] ?? []) as RegistrationPolicy[]
    const at = policies.findIndex(
      (policy) => policy.providerId === 'trusted-hosts' && policy.subType === 'anonymous',
    )
    const found = policies[at]
    if (!found) throw noTrustedHostsPolicy(realm.realm)
    const before = found.config?.['trusted-hosts'] ?? []
    const policy = {
      ...found,
      config: { ...found.config, 'trusted-hosts': [...new Set([...before, ...hosts])] },
    }
    return { ...realm, components: { ...realm.components, [POLICIES]: policies.with(at, policy) } }
  }
}

function noTrustedHostsPolicy(realm: string): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `--trusted-host does not fit the realm "${realm}".`,
    why: 'Its file has no "trusted-hosts" policy for anonymous registration, so there is no list to add to.',
    fix: 'Copy that policy from realms/fastmcp.json into your realm file, or leave --trusted-host out.',
  })
}
