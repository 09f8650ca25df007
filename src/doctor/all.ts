import type { ClientProfile } from '../clients/client-profile.ts'
import type { Check } from './check.ts'
import { administrator } from './checks/administrator.ts'
import { browser } from './checks/browser.ts'
import { claims } from './checks/claims.ts'
import { clientLimit } from './checks/client-limit.ts'
import { clientPolicies } from './checks/client-policies.ts'
import { clientProgramChecks } from './checks/client-program.ts'
import { clients } from './checks/clients.ts'
import { clock } from './checks/clock.ts'
import { compose } from './checks/compose.ts'
import { disk } from './checks/disk.ts'
import { docker } from './checks/docker.ts'
import { drift } from './checks/drift.ts'
import { features } from './checks/features.ts'
import { health } from './checks/health.ts'
import { hiddenScopes } from './checks/hidden-scopes.ts'
import { hostName } from './checks/host-name.ts'
import { java } from './checks/java.ts'
import { leftovers } from './checks/leftovers.ts'
import { localhost } from './checks/localhost.ts'
import { mcpUrl } from './checks/mcp-url.ts'
import { metadata } from './checks/metadata.ts'
import { ports } from './checks/ports.ts'
import { program } from './checks/program.ts'
import { proxy } from './checks/proxy.ts'
import { registrationPolicies } from './checks/registration-policies.ts'
import { roles } from './checks/roles.ts'
import { scopes } from './checks/scopes.ts'
import { signingKey } from './checks/signing-key.ts'
import { trustedHosts } from './checks/trusted-hosts.ts'
import { users } from './checks/users.ts'
import { version } from './checks/version.ts'
import { webOrigins } from './checks/web-origins.ts'

/** Every question, in the order in which the answers are shown; of client programs those that are given. */
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
