import { z } from 'zod'
import type { Config } from '../../config/schema.ts'
import { type ClientActivity, withActivity } from '../../keycloak/clients/client-activity.ts'
import {
  clientKind,
  clientLimit,
  type KeycloakClient,
  readClients,
} from '../../keycloak/clients/registered-clients.ts'
import { printableLine } from '../../printable.ts'
import { findRealm } from '../../provisioning/find-realm.ts'

const time = z.iso.datetime().nullable()

/** A client that came into the realm without anybody's doing. */
export const clientEntrySchema = z.strictObject({
  clientId: z.string(),
  /** `registered` itself (RFC 7591), or is known by the URL of its `metadata-document`. */
  kind: z.enum(['registered', 'metadata-document']),
  /** What it calls itself, without control characters; `null` when it does not. */
  name: z.string().nullable(),
  /** Hosts that it may redirect to, each once. */
  redirectHosts: z.array(z.string()).readonly(),
  /** ISO 8601; `null` when nothing tells it any more. */
  registeredAt: time,
  /** The last login, or use of a session, that is known; ISO 8601. */
  lastSessionAt: time,
  /** Whether anybody ever logged in with it; `null` when nothing tells it any more. */
  used: z.boolean().nullable(),
  /** ISO 8601; a login since then would be known. */
  knownSince: z.iso.datetime(),
})

/** One client of {@link ClientsReport}. */
export type ClientEntry = Readonly<z.infer<typeof clientEntrySchema>>

/** The JSON of `clients list`. */
export const clientsReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  realm: z.string(),
  /** Keycloak's base URL. */
  url: z.string(),
  /** The oldest first; those of which it is not known when they registered before all others. */
  clients: z.array(clientEntrySchema).readonly(),
  /** All clients of the realm, Keycloak's own among them. */
  total: z.number(),
  /** How many the realm takes before it refuses registrations; `null` without a limit. */
  limit: z.number().nullable(),
})

/** The clients of a realm that came by themselves, and how full it is. */
export type ClientsReport = Readonly<z.infer<typeof clientsReportSchema>>

/** {@link ClientsReport}, and what is needed to delete some of them. */
export interface FoundClients {
  readonly report: ClientsReport
  /** Ids of all other clients of the realm: they are never touched. */
  readonly others: readonly string[]
  /** Deletes one of the clients, unless it is gone already. */
  readonly remove: (clientId: string) => Promise<void>
}

/**
 * Who has registered in a realm, when, and when it was last used.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`
 */
export async function clientsList(config: Config): Promise<ClientsReport> {
  return (await findClients(config)).report
}

/** The clients that came by themselves, of the realm that the options mean. */
export async function findClients(config: Config): Promise<FoundClients> {
  const { keycloak, admin, name: realm } = await findRealm(config)
  const all = await readClients(admin, realm)
  const [own, others] = [all.filter(clientKind), all.filter((client) => !clientKind(client))]
  const [known, limit] = await Promise.all([withActivity(admin, realm, own), clientLimit(admin, realm)])
  const ids = new Map(own.map(({ id = '', clientId = '' }) => [clientId, id]))
  return {
    report: {
      schemaVersion: 1,
      realm,
      url: keycloak.url,
      clients: known.map(({ client, activity }) => clientEntry(client, activity)).sort(byAge),
      total: all.length,
      limit,
    },
    others: others.map(({ clientId = '' }) => clientId),
    async remove(clientId) {
      await admin.clients.del({ realm, id: ids.get(clientId) ?? '' }, { catchNotFound: true })
    },
  }
}

function byAge(one: ClientEntry, other: ClientEntry): number {
  return (one.registeredAt ?? '').localeCompare(other.registeredAt ?? '')
}

function clientEntry(client: KeycloakClient, activity: ClientActivity): ClientEntry {
  const { clientId = '', name, redirectUris = [] } = client
  return {
    clientId,
    kind: clientKind(client) ?? 'registered',
    name: (name && printableLine(name)) || null,
    redirectHosts: [
      ...new Set(redirectUris.map((uri) => URL.parse(uri)?.hostname || printableLine(uri))),
    ].sort(),
    registeredAt: isoTime(activity.registeredAt),
    lastSessionAt: isoTime(activity.lastSessionAt),
    used: activity.used,
    knownSince: new Date(activity.knownSince).toISOString(),
  }
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
