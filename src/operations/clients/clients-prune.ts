import { z } from 'zod'

import type { Config } from '../../config/schema.ts'
import { interrupted, McpKeycloakError } from '../../errors.ts'
import { timeAgo } from '../logs/time-ago.ts'
import { type ClientEntry, clientEntrySchema, type FoundClients, findClients } from './clients.ts'

/** The JSON of `clients prune` and `clients delete`. */
export const clientsDeletedReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  realm: z.string(),
  /** Keycloak's base URL. */
  url: z.string(),
  /** Nothing was done: this is what would be. */
  dryRun: z.boolean(),
  /** The clients that are gone. */
  deleted: z.array(clientEntrySchema).readonly(),
  /** Clients that were left because too little is known of them to say that they are old or unused. */
  unknown: z.array(clientEntrySchema).readonly(),
  /** How many clients that came by themselves are left. */
  left: z.number(),
})

/** The clients that were deleted, or would be. */
export type ClientsDeletedReport = Readonly<z.infer<typeof clientsDeletedReportSchema>>

/** Asked before anything is deleted; throws to stop it. */
export type Approve = (clients: readonly ClientEntry[], realm: string) => Promise<void>

/** Ways to stop a deletion. */
export interface DeleteOptions {
  readonly approve?: Approve
  /** Aborting ends the deletion after the current client. Read when the deletion begins. */
  readonly signal?: AbortSignal
}

/** Which clients to prune: those that all of the given conditions are true of. */
export interface PruneOptions extends DeleteOptions {
  /** Neither registered nor used since then: a time (ISO 8601), or how long ago: `12h`, `7d`, `4w`. */
  readonly olderThan?: string | undefined
  /** Nobody ever logged in with it. */
  readonly unused?: boolean
  /** Change nothing, report the planned changes. */
  readonly dryRun?: boolean
}

/**
 * Deletes clients that came by themselves and are not needed any more. One of which too little is known is left.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` without a condition, and for a time that is none; `NOT_RUNNING`,
 * `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`
 */
export async function clientsPrune(config: Config, options: PruneOptions): Promise<ClientsDeletedReport> {
  const { unused = false, dryRun = false, approve = async () => {} } = options
  if (options.olderThan === undefined && !unused) throw noCondition()
  const before =
    options.olderThan === undefined
      ? undefined
      : timeAgo(options.olderThan, 'mcp-keycloak clients prune --older-than 7d')
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

/** Whether all conditions are true of it; `undefined` when it is not known and no condition is false. */
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

/** Nothing is known of it since then, and all that was since then would be known. */
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
    what: 'It was not said which clients to prune.',
    why: 'Without a condition it would be all of them, and most programs cannot recover from that by themselves.',
    fix: 'mcp-keycloak clients prune --unused, or --older-than 7d, or both',
  })
}
