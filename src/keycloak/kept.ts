import type ClientRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientRepresentation.js'
import type UserConsentRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userConsentRepresentation.js'

import type { Admin } from './admin.ts'
import { carrying, withActivity } from './client-activity.ts'
import { isSelfRegistered } from './registered-clients.ts'

/** More users than anybody has in a realm for development. */
const MAX_USERS = 1000

/** What of a realm cannot be had from its file, and is worth keeping when it is made anew. */
export interface Kept {
  /** Clients that registered themselves, with ids, secrets, and what is known of when they were used. */
  readonly registered: readonly ClientRepresentation[]
  /** All other clients, with the secrets that Keycloak generated. */
  readonly others: readonly ClientRepresentation[]
  readonly usernames: readonly string[]
  /** What users consented to, by user name. */
  readonly consents: ReadonlyMap<string, readonly UserConsentRepresentation[]>
}

/**
 * Reads what is worth keeping of a realm.
 *
 * @param usernames the users whose consents are wanted
 */
export async function readKept(admin: Admin, realm: string, usernames: readonly string[]): Promise<Kept> {
  const [clients, users] = await Promise.all([
    admin.clients.find({ realm }),
    admin.users.find({ realm, max: MAX_USERS, briefRepresentation: true }),
  ])
  const consents = users
    .filter(({ username = '' }) => usernames.includes(username))
    .map(
      async ({ id = '', username = '' }) =>
        [username, await admin.users.listConsents({ realm, id })] as const,
    )
  const registered = await withActivity(admin, realm, clients.filter(isSelfRegistered))
  return {
    registered: registered.map(({ client, activity }) => carrying(client, activity)),
    others: clients.filter((client) => !isSelfRegistered(client)),
    usernames: users.map(({ username = '' }) => username),
    consents: new Map(await Promise.all(consents)),
  }
}
