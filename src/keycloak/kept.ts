import type UserConsentRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userConsentRepresentation.js'

import type { Admin } from './admin.ts'
import { carrying, withActivity } from './clients/client-activity.ts'
import { isSelfRegistered, type KeycloakClient, readClients } from './clients/registered-clients.ts'
import { type ExportedRealm, exportRealm, readUsers } from './export-realm.ts'
import { inBatches } from './in-batches.ts'
import { type PublicKeys, readPublicKeys } from './signing-keys.ts'

/** What of a realm cannot be had from its file, and is worth keeping when it is made anew. */
export interface Kept {
  /** All of the realm, as the server tells it. */
  readonly exported: ExportedRealm
  /** Clients that registered themselves, with ids, secrets, and what is known of when they were used. */
  readonly registered: readonly KeycloakClient[]
  /** All other clients, with the secrets that Keycloak generated. */
  readonly others: readonly KeycloakClient[]
  /** Names of the users, but of those of service accounts. */
  readonly usernames: readonly string[]
  /** Ids of users, those of service accounts too, by user name. */
  readonly userIds: ReadonlyMap<string, string>
  /** What users consented to, by user name. */
  readonly consents: ReadonlyMap<string, readonly UserConsentRepresentation[]>
  /** What tokens of the realm are verified by. */
  readonly publicKeys: PublicKeys
}

/** Reads what is worth keeping of a realm, all at the same time as far as it can be. */
export async function readKept(admin: Admin, realm: string): Promise<Kept> {
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
