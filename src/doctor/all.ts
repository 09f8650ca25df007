import type { ClientProfile } from '../clients/client-profile.ts'
import type { Check } from './check.ts'
import { clientProgramChecks } from './checks/machine/client-program.ts'
import { clock } from './checks/machine/clock.ts'
import { compose } from './checks/machine/compose.ts'
import { disk } from './checks/machine/disk.ts'
import { docker } from './checks/machine/docker.ts'
import { java } from './checks/machine/java.ts'
import { leftovers } from './checks/machine/leftovers.ts'
import { localhost } from './checks/machine/localhost.ts'
import { ports } from './checks/machine/ports.ts'
import { program } from './checks/machine/program.ts'
import { proxy } from './checks/machine/proxy.ts'
import { browser } from './checks/realm/browser.ts'
import { claims } from './checks/realm/claims.ts'
import { clientLimit } from './checks/realm/client-limit.ts'
import { clientPolicies } from './checks/realm/client-policies.ts'
import { clients } from './checks/realm/clients.ts'
import { drift } from './checks/realm/drift.ts'
import { hiddenScopes } from './checks/realm/hidden-scopes.ts'
import { mcpUrl } from './checks/realm/mcp-url.ts'
import { registrationPolicies } from './checks/realm/registration-policies.ts'
import { roles } from './checks/realm/roles.ts'
import { scopes } from './checks/realm/scopes.ts'
import { signingKey } from './checks/realm/signing-key.ts'
import { trustedHosts } from './checks/realm/trusted-hosts.ts'
import { users } from './checks/realm/users.ts'
import { webOrigins } from './checks/realm/web-origins.ts'
import { administrator } from './checks/server/administrator.ts'
import { features } from './checks/server/features.ts'
import { health } from './checks/server/health.ts'
import { hostName } from './checks/server/host-name.ts'
import { metadata } from './checks/server/metadata.ts'
import { version } from './checks/server/version.ts'

/** Lists all checks in display order, with one check for each given client program. */
export function allChecks(profiles: readonly ClientProfile[]): readonly Check[] {
  const machine = [docker, compose, java, ports, disk, proxy, localhost, leftovers, program]
  const server = [health, clock, hostName, administrator, version, features]
  const realm = [
    metadata,
    mcpUrl,
    registrationPolicies,
    trustedHosts,
    webOrigins,
    clientLimit,
    clientPolicies,
  ]
  const contents = [scopes, hiddenScopes, claims, roles, users, clients, signingKey, drift]
  const hasPages = profiles.some(({ browserOrigins }) => browserOrigins.length > 0)
  return [
    ...machine,
    ...server,
    ...realm,
    ...contents,
    ...clientProgramChecks(profiles),
    ...(hasPages ? [browser] : []),
  ]
}
