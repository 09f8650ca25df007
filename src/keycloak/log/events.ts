import type EventRepresentation from '@keycloak/keycloak-admin-client/lib/defs/eventRepresentation.js'

import type { Admin } from '../admin.ts'

/** Events per request. */
const PAGE = 200

/** Maximum number of events. Older events of a busy realm are omitted. */
const MOST_EVENTS = 5000

/** An event of a realm, in Keycloak's format and units. */
export interface RealmEvent {
  readonly id: string
  /** Ms since 1970. */
  readonly time: number
  readonly type: string
  readonly realm: string
  readonly clientId: string | undefined
  readonly ipAddress: string | undefined
  readonly error: string | undefined
  readonly details: Readonly<Record<string, string>>
}

/** The event settings of a realm. */
export interface EventSettings {
  /** Whether the realm stores events. */
  readonly stored: boolean
  /** Whether failures are also in the server's log. */
  readonly logged: boolean
}

/** Reads the event settings of a realm. */
export async function eventSettings(admin: Admin, realm: string): Promise<EventSettings> {
  const { eventsEnabled = false, eventsListeners = [] } = await admin.realms.getConfigEvents({ realm })
  return { stored: eventsEnabled, logged: eventsListeners.includes('jboss-logging') }
}

/**
 * Reads the events of a realm since a time, the oldest first.
 *
 * @param sinceMs ms since 1970
 */
export async function eventsSince(
  admin: Admin,
  realm: string,
  sinceMs: number,
): Promise<readonly RealmEvent[]> {
  const found: RealmEvent[] = []
  for (let first = 0; first < MOST_EVENTS; first += PAGE) {
    const page = await admin.realms.findEvents({ realm, dateFrom: String(sinceMs), first, max: PAGE })
    found.push(...page.map((event) => realmEvent(realm, event)))
    if (page.length < PAGE) break
  }
  return found.reverse() // Keycloak gives the newest first
}

function realmEvent(realm: string, event: EventRepresentation): RealmEvent {
  const { time = 0, type = '', clientId, ipAddress, error, details } = event
  const id = (event as { id?: string }).id ?? JSON.stringify(event)
  return {
    id,
    time,
    type,
    realm,
    clientId,
    ipAddress,
    error,
    details: (details ?? {}) as Record<string, string>,
  }
}
