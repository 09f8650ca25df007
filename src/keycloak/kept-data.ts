import type UserConsentRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userConsentRepresentation.js'

import type { Admin } from './admin.ts'
import { carrying, withActivity } from './clients/client-activity.ts'
import { isSelfRegistered, type KeycloakClient, readClients } from './clients/registered-clients.ts'
import { type ExportedRealm, exportRealm, readUsers } from './export-realm.ts'
import { inBatches } from './in-batches.ts'
import { type PublicKeys, readPublicKeys } from './signing-keys.ts'

/** The parts of a realm that are not in its file, and that a recreated realm keeps. */
export interface KeptData {
  /** The whole realm from the server. */
  readonly exported: ExportedRealm
  /** Self-registered clients with ids, secrets and known activity. */
  readonly registered: readonly KeycloakClient[]
  /** All other clients, with generated secrets. */
  readonly others: readonly KeycloakClient[]
  /** Names of the users, except those of service accounts. */
  readonly usernames: readonly string[]
  /** Ids of all users by user name, including those of service accounts. */
  readonly userIds: ReadonlyMap<string, string>
  /** Consents by user name. */
  readonly consents: ReadonlyMap<string, readonly UserConsentRepresentation[]>
  /** The keys that verify tokens of the realm. */
  readonly publicKeys: PublicKeys
}

/** Reads the kept parts of a realm, in parallel where possible. */
export async function readKeptData(admin: Admin, realm: string): Promise<KeptData> {
  const users = readUsers(admin, realm)
  const clients = readClients(admin, realm)
  const consents = users.then((all) =>
    inBatches(
      all,
      async ({ id = '', username = '' }) =>
        [username, await admin.users.listConsents({ realm, id })] as const,
    ),
  )
  const consented = consents.then(
    (given) => new Set(given.flatMap(([, list]) => list.map(({ clientId = '' }) => clientId))),
  )
  const [exported, people, all, given, registered, publicKeys] = await Promise.all([
    exportRealm(admin, realm, { clients, users }),
    users,
    clients,
    consents,
    clients.then((found) => withActivity(admin, realm, found.filter(isSelfRegistered), consented)),
    readPublicKeys(admin, realm),
    consented,
  ])
  return {
    exported,
    registered: registered.map(({ client, activity }) => carrying(client, activity)),
    others: all.filter((client) => !isSelfRegistered(client)),
    usernames: people.map(({ username = '' }) => username),
    userIds: new Map(exported.users.map(({ username = '', id = '' }) => [username, id])),
    consents: new Map(given),
    publicKeys,
  }
}
