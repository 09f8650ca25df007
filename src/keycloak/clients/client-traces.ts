import type EventRepresentation from '@keycloak/keycloak-admin-client/lib/defs/eventRepresentation.js'

import type { Admin } from '../admin.ts'
import { inBatches } from '../in-batches.ts'

/** The registrations and logins in a realm's events. */
export interface ClientEvents {
  /** Events by client id. */
  readonly byClient: ReadonlyMap<string | undefined, readonly EventRepresentation[]>
  /** Time of the oldest event, ms since 1970; now without events. */
  readonly oldest: number
  /** The lifetime of events in the realm, ms; 0 when it stores none, infinite when they never expire. */
  readonly expirationMs: number
}

const EVENTS_PAGE = 1000

/** Maximum number of users whose consents are read. */
const MAX_USERS = 200

/**
 * Reads a realm's events of registrations and logins.
 *
 * @see {@link https://www.keycloak.org/docs/latest/server_admin/index.html#auditing-user-events Keycloak: user events}
 */
export async function readEvents(admin: Admin, realm: string): Promise<ClientEvents> {
  const found = await admin.realms.findOne({ realm })
  if (!found?.eventsEnabled) return { byClient: new Map(), oldest: Date.now(), expirationMs: 0 }
  const events: EventRepresentation[] = []
  for (let first = 0; ; first += EVENTS_PAGE) {
    const page = await admin.realms.findEvents({
      realm,
      first,
      max: EVENTS_PAGE,
      type: ['CLIENT_REGISTER', 'LOGIN'],
    })
    events.push(...page)
    if (page.length < EVENTS_PAGE) break
  }
  return {
    byClient: Map.groupBy(events, ({ clientId }) => clientId),
    oldest: events.at(-1)?.time ?? Date.now(), // the newest comes first
    expirationMs: (found.eventsExpiration || Number.POSITIVE_INFINITY) * 1000,
  }
}

/**
 * Reads the last use of active sessions, online and offline.
 *
 * @param wanted ids of the clients
 * @returns ms since 1970 by client id, for clients with a session
 */
export async function readSessions(
  admin: Admin,
  realm: string,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, number>> {
  const stats = await admin.realms.getClientSessionStats({ realm })
  const last = new Map<string, number>()
  await inBatches(
    stats.filter(({ clientId }) => wanted.has(clientId)),
    async ({ id, clientId, active, offline }) => {
      const [online, kept] = await Promise.all([
        active === '0' ? [] : admin.clients.listSessions({ realm, id }),
        offline === '0' ? [] : admin.clients.listOfflineSessions({ realm, id }),
      ])
      const times = [...online, ...kept].map(({ lastAccess = 0 }) => lastAccess)
      if (times.length > 0) last.set(clientId, Math.max(...times))
    },
  )
  return last
}

/** Lists the ids of clients with a user's consent; `undefined` when the realm has too many users. */
export async function readConsented(admin: Admin, realm: string): Promise<ReadonlySet<string> | undefined> {
  const users = await admin.users.find({ realm, max: MAX_USERS + 1, briefRepresentation: true })
  if (users.length > MAX_USERS) return undefined
  const found = new Set<string>()
  await inBatches(users, async ({ id = '' }) => {
    for (const { clientId = '' } of await admin.users.listConsents({ realm, id })) found.add(clientId)
  })
  return found
}
