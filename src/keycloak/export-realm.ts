import type UserRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userRepresentation.js'

import type { Admin } from './admin.ts'
import { type KeycloakClient, readClients } from './clients/registered-clients.ts'
import { inBatches } from './in-batches.ts'

/** A realm in Keycloak's export format: with ids and defaults. Secrets are masked, except those of clients. */
export interface ExportedRealm extends Readonly<Record<string, unknown>> {
  readonly realm: string
  readonly clients: readonly KeycloakClient[]
  readonly users: readonly UserRepresentation[]
}

/** Users per request. */
const PAGE = 100

/** Parts of a realm that another caller already reads. */
export interface Reading {
  readonly clients?: Promise<readonly KeycloakClient[]>
  readonly users?: Promise<readonly UserRepresentation[]>
}

/**
 * Reads a whole realm: Keycloak's partial export, plus the users, which the export omits. Secrets are masked and passwords
 * are missing, because Keycloak does not return them.
 *
 * @see {@link https://www.keycloak.org/docs/latest/server_admin/index.html#_export_import Keycloak: partial export}
 */
export async function exportRealm(
  admin: Admin,
  realm: string,
  { clients = readClients(admin, realm), users = readUsers(admin, realm) }: Reading = {},
): Promise<ExportedRealm> {
  const [exported, people, clientsWithSecrets] = await Promise.all([
    // This fills Keycloak's cache: without it, an export of a thousand clients takes twenty seconds.
    clients.then(() => admin.realms.export({ realm, exportClients: true, exportGroupsAndRoles: true })),
    users.then((all) => inBatches(all, (user) => withMemberships(admin, realm, user))),
    clients,
  ])
  const secrets = new Map(clientsWithSecrets.map(({ clientId, secret }) => [clientId, secret]))
  const unmasked = (exported.clients ?? []).map((client) => {
    const secret = secrets.get(client.clientId)
    return secret === undefined ? client : { ...client, secret }
  })
  // The only users of a partial export are those of service accounts.
  return { ...exported, realm, clients: unmasked, users: [...people, ...(exported.users ?? [])] }
}

/** Reads all users of a realm, except those of service accounts, which Keycloak does not list. */
export async function readUsers(admin: Admin, realm: string): Promise<readonly UserRepresentation[]> {
  const users: UserRepresentation[] = []
  for (let first = 0; ; first += PAGE) {
    const page = await admin.users.find({ realm, first, max: PAGE, briefRepresentation: false })
    users.push(...page)
    if (page.length < PAGE) return users
  }
}

async function withMemberships(
  admin: Admin,
  realm: string,
  user: UserRepresentation,
): Promise<UserRepresentation> {
  const { id = '' } = user
  const [roles, groups] = await Promise.all([
    admin.users.listRoleMappings({ realm, id }),
    admin.users.listGroups({ realm, id }),
  ])
  const ofClients = Object.values(roles.clientMappings ?? {}) as {
    client: string
    mappings: { name: string }[]
  }[]
  return {
    ...user,
    realmRoles: (roles.realmMappings ?? []).map(({ name = '' }) => name),
    clientRoles: Object.fromEntries(
      ofClients.map(({ client, mappings }) => [client, mappings.map(({ name }) => name)]),
    ),
    groups: groups.map(({ path = '' }) => path),
  }
}
