import { z } from 'zod'

import type { Admin } from '../admin.ts'
import { type ClientEvents, readConsented, readEvents, readSessions } from './client-traces.ts'
import type { KeycloakClient } from './registered-clients.ts'

/** The known activity of a client. Times are in ms since 1970. */
export interface ClientActivity {
  /** `null` when no evidence exists any more. */
  readonly registeredAt: number | null
  /** The last known login or use of a session; `null` when none is known. */
  readonly lastSessionAt: number | null
  /** Whether a user ever logged in with it; `null` when no evidence exists any more. */
  readonly used: boolean | null
  /** Start of the time in which every login is known. */
  readonly knownSince: number
}

/** Keycloak's records of the activity of clients. */
export interface ClientTraces {
  readonly events: ClientEvents
  /** Last use of a session by client id; ms since 1970. */
  readonly sessions: ReadonlyMap<string, number>
  /** Clients with a user's consent; `undefined` when not all users could be read. */
  readonly consented: ReadonlySet<string> | undefined
}

/** Client attribute with the activity from before a reset, which ends sessions and deletes events. */
const CARRIED_ATTRIBUTE = 'mcp-keycloak.activity'

const carriedSchema = z.looseObject({
  registeredAt: z.number().nullable(),
  lastSessionAt: z.number().nullable(),
  used: z.boolean().nullable(),
  knownSince: z.number(),
  /** Time of the reset. */
  asOf: z.number(),
})

/**
 * Reads the activity of clients from Keycloak's events, active sessions, consents, and the attribute that a reset
 * writes. The realm's settings limit the age of events.
 *
 * @param known ids of the clients with a user's consent. Default: read from Keycloak
 * @returns the activity of each client, in the order of the clients
 */
export async function withActivity<Client extends KeycloakClient>(
  admin: Admin,
  realm: string,
  clients: readonly Client[],
  known?: Promise<ReadonlySet<string>>,
): Promise<readonly { readonly client: Client; readonly activity: ClientActivity }[]> {
  if (clients.length === 0) return []
  const [events, sessions, consented] = await Promise.all([
    readEvents(admin, realm),
    readSessions(admin, realm, new Set(clients.map(({ clientId = '' }) => clientId))),
    known ?? readConsented(admin, realm),
  ])
  const traces = { events, sessions, consented }
  return clients.map((client) => ({ client, activity: clientActivity(client, traces) }))
}

/** Derives the activity of one client from the records. */
export function clientActivity(client: KeycloakClient, traces: ClientTraces): ClientActivity {
  const { clientId = '' } = client
  const { events, sessions, consented } = traces
  const own = events.byClient.get(clientId) ?? []
  const carried = readCarried(client)
  const lastSessionAt = latest([
    ...own.filter(({ type }) => type === 'LOGIN').map(({ time }) => time),
    sessions.get(clientId),
    carried?.lastSessionAt,
  ])
  const registeredAt =
    carried?.registeredAt ??
    own.find(({ type }) => type === 'CLIENT_REGISTER')?.time ??
    secretCreatedAt(client)
  // Events show the activity after the reset, unless they have expired.
  const unbroken = carried !== undefined && carried.asOf >= Date.now() - events.expirationMs
  const knownSince = unbroken ? Math.min(carried.knownSince, events.oldest) : events.oldest
  const wholeLifeKnown = registeredAt !== null && knownSince <= registeredAt
  // A client that requires consent and has none was never used, or its user revoked the consent.
  const noConsent = client.consentRequired === true && consented !== undefined
  const isUsed = lastSessionAt !== null || carried?.used === true || consented?.has(clientId) === true
  return {
    registeredAt,
    lastSessionAt,
    used: isUsed || (wholeLifeKnown || noConsent ? false : null),
    knownSince,
  }
}

/** Adds the known activity to a client, for a reset of the realm. */
export function carrying<Client extends KeycloakClient>(client: Client, activity: ClientActivity): Client {
  const carried = JSON.stringify({ ...activity, asOf: Date.now() })
  return { ...client, attributes: { ...client.attributes, [CARRIED_ATTRIBUTE]: carried } }
}

function readCarried({ attributes }: KeycloakClient): z.infer<typeof carriedSchema> | undefined {
  try {
    return carriedSchema.parse(JSON.parse(attributes?.[CARRIED_ATTRIBUTE] ?? ''))
  } catch {
    return undefined // not reset yet, or edited by hand
  }
}

/** Registration time of a confidential client: Keycloak stores the creation time of its secret. */
function secretCreatedAt({ attributes }: KeycloakClient): number | null {
  const seconds = Number(attributes?.['client.secret.creation.time'])
  return seconds > 0 ? seconds * 1000 : null
}

function latest(times: readonly (number | null | undefined)[]): number | null {
  const known = times.filter((time) => typeof time === 'number')
  return known.length > 0 ? Math.max(...known) : null
}
