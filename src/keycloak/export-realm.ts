import type UserRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userRepresentation.js'

import type { Admin } from './admin.ts'

/** A realm as Keycloak tells it: ids, defaults and all, secrets masked. */
export type ExportedRealm = Readonly<Record<string, unknown>> & { readonly realm: string }

/** How many users are asked for at once. */
const PAGE = 100

/** How many users' roles and groups are asked for at the same time. */
const AT_ONCE = 10

/**
 * Reads a whole realm: what Keycloak's partial export has, and the users, which it leaves out. Secrets are masked and
 * passwords are not in it: Keycloak gives neither away.
 *
 * @see {@link https://www.keycloak.org/docs/latest/server_admin/index.html#_export_import Keycloak: partial export}
 */
export async function exportRealm(admin: Admin, realm: string): Promise<ExportedRealm> {
  const [exported, users, confidential] = await Promise.all([
    admin.realms.export({ realm, exportClients: true, exportGroupsAndRoles: true }),
    readUsers(admin, realm),
    admin.clients.find({ realm }),
  ])
  const secrets = new Map(confidential.map(({ clientId, secret }) => [clientId, secret]))
  const clients = exported.clients?.map((client) => {
    const secret = secrets.get(client.clientId)
    return secret === undefined ? client : { ...client, secret }
  })
  // The only users of a partial export are those of service accounts.
  return { ...exported, realm, clients, users: [...users, ...(exported.users ?? [])] }
}

async function readUsers(admin: Admin, realm: string): Promise<readonly object[]> {
  const users: object[] = []
  for (let first = 0; ; first += PAGE) {
    const page = await admin.users.find({ realm, first, max: PAGE, briefRepresentation: false })
    for (let at = 0; at < page.length; at += AT_ONCE) {
      users.push(
        ...(await Promise.all(
          page.slice(at, at + AT_ONCE).map((user) => withMemberships(admin, realm, user)),
        )),
      )
    }
    if (page.length < PAGE) return users
  }
}

async function withMemberships(admin: Admin, realm: string, user: UserRepresentation): Promise<object> {
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
    realmRoles: (roles.realmMappings ?? []).map(({ name }) => name),
    clientRoles: Object.fromEntries(
      ofClients.map(({ client, mappings }) => [client, mappings.map(({ name }) => name)]),
    ),
    groups: groups.map(({ path }) => path),
  }
}
