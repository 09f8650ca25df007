import type { ClientProfile } from '../../clients/client-profile.ts'
import type { DoctorCheck } from '../check.ts'
import { clientProgramChecks } from './machine/client-program.ts'
import { clock } from './machine/clock.ts'
import { compose } from './machine/compose.ts'
import { disk } from './machine/disk.ts'
import { docker } from './machine/docker.ts'
import { java } from './machine/java.ts'
import { leftovers } from './machine/leftovers.ts'
import { localhost } from './machine/localhost.ts'
import { ports } from './machine/ports.ts'
import { program } from './machine/program.ts'
import { proxy } from './machine/proxy.ts'
import { browser } from './realm/browser.ts'
import { claims } from './realm/claims.ts'
import { clientLimit } from './realm/client-limit.ts'
import { clientPolicies } from './realm/client-policies.ts'
import { clients } from './realm/clients.ts'
import { drift } from './realm/drift.ts'
import { hiddenScopes } from './realm/hidden-scopes.ts'
import { mcpNeeds } from './realm/mcp-needs.ts'
import { mcpUrl } from './realm/mcp-url.ts'
import { registrationLists } from './realm/registration-lists.ts'
import { registrationPolicies } from './realm/registration-policies.ts'
import { roles } from './realm/roles.ts'
import { scopes } from './realm/scopes.ts'
import { signingKey } from './realm/signing-key.ts'
import { users } from './realm/users.ts'
import { administrator } from './server/administrator.ts'
import { features } from './server/features.ts'
import { health } from './server/health.ts'
import { hostName } from './server/host-name.ts'
import { metadata } from './server/metadata.ts'
import { version } from './server/version.ts'

/** Lists all checks in display order, with one check for each given client program. */
export function allChecks(profiles: readonly ClientProfile[]): readonly DoctorCheck[] {
  const machine = [docker, compose, java, ports, disk, proxy, localhost, leftovers, program]
  const server = [health, clock, hostName, administrator, version, features]
  const realm = [
    metadata,
    mcpNeeds,
    mcpUrl,
    registrationPolicies,
    ...registrationLists,
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
