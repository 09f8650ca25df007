import { z } from 'zod'

import type { Admin } from '../admin.ts'
import { type ClientEvents, readConsented, readEvents, readSessions } from './client-traces.ts'
import type { KeycloakClient } from './registered-clients.ts'

/** What is known of what a client did; times in ms since 1970. */
export interface ClientActivity {
  /** `null` when nothing tells it any more. */
  readonly registeredAt: number | null
  /** The last login, or use of a session, that is known; `null` when none is. */
  readonly lastSessionAt: number | null
  /** Whether anybody ever logged in with it; `null` when nothing tells it any more. */
  readonly used: boolean | null
  /** A login since then would be known. */
  readonly knownSince: number
}

/** What Keycloak has of the doings of clients. */
export interface ClientTraces {
  readonly events: ClientEvents
  /** When a session was last used, by client id; ms since 1970. */
  readonly sessions: ReadonlyMap<string, number>
  /** Clients that a user has consented to; `undefined` when not all users could be asked. */
  readonly consented: ReadonlySet<string> | undefined
}

/** Where a reset of the realm, which ends sessions and events, leaves what was known: an attribute of the client. */
const CARRIED_ATTRIBUTE = 'mcp-keycloak.activity'

const carriedSchema = z.looseObject({
  registeredAt: z.number().nullable(),
  lastSessionAt: z.number().nullable(),
  used: z.boolean().nullable(),
  knownSince: z.number(),
  /** When the realm was reset. */
  asOf: z.number(),
})

/**
 * What is known of what clients did: from Keycloak's events (kept for as long as the realm says), from the sessions
 * that still are, from consents, and from what a reset of the realm has kept of all that.
 *
 * @param known ids of the clients that a user has consented to. Default: Keycloak is asked
 * @returns one with another, in the order of the clients
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

/** What the traces tell of one client. */
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
  // What came after the reset the events tell, if none of them has expired yet.
  const unbroken = carried !== undefined && carried.asOf >= Date.now() - events.expirationMs
  const knownSince = unbroken ? Math.min(carried.knownSince, events.oldest) : events.oldest
  const wholeLifeKnown = registeredAt !== null && knownSince <= registeredAt
  // A client that needs consent and has nobody's was never used, or whoever used it has taken it back.
  const noConsent = client.consentRequired === true && consented !== undefined
  const isUsed = lastSessionAt !== null || carried?.used === true || consented?.has(clientId) === true
  return {
    registeredAt,
    lastSessionAt,
    used: isUsed || (wholeLifeKnown || noConsent ? false : null),
    knownSince,
  }
}

/** A client that carries what is known of it over a reset of the realm. */
export function carrying<Client extends KeycloakClient>(client: Client, activity: ClientActivity): Client {
  const carried = JSON.stringify({ ...activity, asOf: Date.now() })
  return { ...client, attributes: { ...client.attributes, [CARRIED_ATTRIBUTE]: carried } }
}

function readCarried({ attributes }: KeycloakClient): z.infer<typeof carriedSchema> | undefined {
  try {
    return carriedSchema.parse(JSON.parse(attributes?.[CARRIED_ATTRIBUTE] ?? ''))
  } catch {
    return undefined // not reset yet, or somebody has edited it
  }
}

/** Keycloak notes when it made a secret: a confidential client's registration. */
function secretCreatedAt({ attributes }: KeycloakClient): number | null {
  const seconds = Number(attributes?.['client.secret.creation.time'])
  return seconds > 0 ? seconds * 1000 : null
}

function latest(times: readonly (number | null | undefined)[]): number | null {
  const known = times.filter((time) => typeof time === 'number')
  return known.length > 0 ? Math.max(...known) : null
}
