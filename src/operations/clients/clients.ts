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

/** A self-registered client, or one with a metadata document. */
export const clientEntrySchema = z.strictObject({
  clientId: z.string(),
  /** `registered`: by its own request (RFC 7591). `metadata-document`: by the URL of its document. */
  kind: z.enum(['registered', 'metadata-document']),
  /** Its name, without control characters; `null` when it has none. */
  name: z.string().nullable(),
  /** Hosts of its redirect URIs, each once. */
  redirectHosts: z.array(z.string()).readonly(),
  /** ISO 8601; `null` when no longer known. */
  registeredAt: time,
  /** The last known login or use of a session; ISO 8601. */
  lastSessionAt: time,
  /** Whether anybody ever logged in with the client; `null` when no longer known. */
  used: z.boolean().nullable(),
  /** Every login since this time is known; ISO 8601. */
  knownSince: z.iso.datetime(),
})

/** One client of {@link ClientsReport}. */
export type ClientEntry = Readonly<z.infer<typeof clientEntrySchema>>

/** `clients list --json`: the self-registered clients of a realm. */
export const clientsReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  realm: z.string(),
  /** Keycloak's base URL. */
  url: z.string(),
  /** The oldest first, after those with an unknown time of registration. */
  clients: z.array(clientEntrySchema).readonly(),
  /** Number of all clients of the realm, with Keycloak's own. */
  total: z.number(),
  /** Number of clients at which the realm refuses registrations; `null` without a limit. */
  limit: z.number().nullable(),
})

/** The self-registered clients of a realm, and its limit. */
export type ClientsReport = Readonly<z.infer<typeof clientsReportSchema>>

/** A {@link ClientsReport} with the means to delete clients. */
export interface FoundClients {
  readonly report: ClientsReport
  /** Ids of all other clients of the realm, which are never touched. */
  readonly others: readonly string[]
  /** Deletes one of the clients, unless it was already removed. */
  readonly remove: (clientId: string) => Promise<void>
}

/**
 * Lists the self-registered clients of a realm, with the times of registration and last use.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`
 */
export async function clientsList(config: Config): Promise<ClientsReport> {
  return (await findClients(config)).report
}

/** Finds the self-registered clients of the realm that the options select. */
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
