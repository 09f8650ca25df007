import { z } from 'zod'

import { command } from '../../config/command.ts'
import type { Config } from '../../config/schema.ts'
import { interrupted, McpKeycloakError } from '../../errors.ts'
import { timeAgo } from '../logs/time-ago.ts'
import { type ClientEntry, clientEntrySchema, type FoundClients, findClients } from './clients.ts'

/** `clients prune --json` and `clients delete --json`: the deleted clients. */
export const clientsDeletedReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  realm: z.string(),
  /** Keycloak's base URL. */
  url: z.string(),
  /** Nothing was deleted: the report is a preview. */
  dryRun: z.boolean(),
  /** The deleted clients. */
  deleted: z.array(clientEntrySchema).readonly(),
  /** Clients that stay because it is not known whether they are old or unused. */
  unknown: z.array(clientEntrySchema).readonly(),
  /** Number of self-registered clients that stay. */
  left: z.number(),
})

/** The clients that were deleted, or would be deleted. */
export type ClientsDeletedReport = Readonly<z.infer<typeof clientsDeletedReportSchema>>

/** Approves the deletion before it starts; throws to stop it. */
export type Approve = (clients: readonly ClientEntry[], realm: string) => Promise<void>

/** Ways to stop a deletion. */
export interface DeleteOptions {
  readonly approve?: Approve
  /** Aborting ends the deletion after the current client. Read when the deletion begins. */
  readonly signal?: AbortSignal
}

/** The conditions of {@link clientsPrune}. A client is deleted when it meets all of them. */
export interface PruneOptions extends DeleteOptions {
  /** Neither registered nor used since this time: ISO 8601, or a duration before now: `12h`, `7d`, `4w`. */
  readonly olderThan?: string | undefined
  /** Nobody ever logged in with the client. */
  readonly unused?: boolean
  /** Change nothing, report the planned changes. */
  readonly dryRun?: boolean
}

/**
 * Deletes self-registered clients that are old or unused. A client stays when too little is known about it.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` without a condition, and for an invalid time; `NOT_RUNNING`,
 * `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`
 */
export async function clientsPrune(config: Config, options: PruneOptions): Promise<ClientsDeletedReport> {
  const { unused = false, dryRun = false, approve = async () => {} } = options
  if (options.olderThan === undefined && !unused) throw noCondition()
  const before =
    options.olderThan === undefined
      ? undefined
      : timeAgo(options.olderThan, command('clients prune', { olderThan: '7d' }))
  const { report, remove } = await findClients(config)
  const { realm, url, clients } = report
  const verdicts = clients.map((client) => ({ client, doomed: isDoomed(client, unused, before) }))
  const doomed = verdicts.filter((verdict) => verdict.doomed).map(({ client }) => client)
  if (doomed.length > 0 && !dryRun) {
    await approve(doomed, realm)
    await removeAll(doomed, remove, options.signal)
  }
  return {
    schemaVersion: 1,
    realm,
    url,
    dryRun,
    deleted: doomed,
    unknown: verdicts.filter((verdict) => verdict.doomed === undefined).map(({ client }) => client),
    left: clients.length - doomed.length,
  }
}

/**
 * Deletes clients one by one.
 *
 * @throws {McpKeycloakError} `INTERRUPTED`, with the number of deleted clients
 */
export async function removeAll(
  doomed: readonly ClientEntry[],
  remove: FoundClients['remove'],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [index, { clientId }] of doomed.entries()) {
    if (signal?.aborted) throw interrupted(`${index} of ${doomed.length} clients were deleted.`)
    await remove(clientId)
  }
}

/** Whether a client meets all conditions; `undefined` when one is unknown and none is false. */
export function isDoomed(
  client: ClientEntry,
  unused: boolean,
  before: number | undefined,
): boolean | undefined {
  const verdicts = [
    ...(unused ? [client.used === null ? undefined : !client.used] : []),
    ...(before === undefined ? [] : [isOlder(client, before)]),
  ]
  return verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true
}

/** Whether a client was neither registered nor used since a time; `undefined` if some logins since then are unknown. */
function isOlder(
  { registeredAt, lastSessionAt, knownSince }: ClientEntry,
  before: number,
): boolean | undefined {
  const isSince = (time: string | null) => time !== null && Date.parse(time) >= before
  if (isSince(registeredAt) || isSince(lastSessionAt)) return false
  return isSince(knownSince) ? undefined : true
}

function noCondition(): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'No clients were chosen for removal.',
    why: 'Without a condition, all would be removed, and most programs do not recover from that.',
    fix: `${command('clients prune', { unused: true })}, or --older-than 7d, or both`,
  })
}
