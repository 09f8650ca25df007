import { z } from 'zod'

import { CLIENT_PROFILES } from '../clients/all.ts'
import { type RealmEndpoints, realmEndpointsSchema } from '../config/endpoints.ts'
import type { SnippetTarget } from '../config/snippet.ts'
import type { KeptData } from '../keycloak/kept-data.ts'
import { BUILT_IN_CLIENTS } from '../realm/built-in-clients.ts'
import { mcpUrls } from '../realm/patches/audience.ts'
import { preregisteredClient } from '../realm/patches/preregistered-client.ts'
import type { Realm } from '../realm/schema.ts'
import { needsReportSchema } from './needs/needs.ts'

/** `reset-realm --json`: the kept and the removed parts of the previous realm. */
export const resetRealmReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  endpoints: realmEndpointsSchema,
  /** Nothing was changed: the report shows the planned changes. */
  dryRun: z.boolean(),
  /** Whether the live realm was changed. Otherwise it was deleted and created again, and sessions end. */
  inPlace: z.boolean(),
  kept: z
    .strictObject({
      /** Tokens that are not expired still verify, and cached keys stay valid. */
      signingKey: z.boolean(),
      /** Ids of the clients that had registered themselves. */
      clients: z.array(z.string()).readonly(),
      /** The number of consents that users gave. */
      consents: z.number(),
      /** Whether users stay logged in. */
      sessions: z.boolean(),
    })
    .readonly(),
  dropped: z
    .strictObject({
      /** Clients that are not in the file and not kept, except Keycloak's own and those of MCP URLs. */
      clients: z.array(z.string()).readonly(),
      /** Users that are not in the file. */
      users: z.array(z.string()).readonly(),
    })
    .readonly(),
  /**
   * Path of the old realm's backup, for `up --realm-file`. It lacks signing keys, and passwords of users that are not in
   * the realm file. `null` when nothing was changed.
   */
  backup: z.string().nullable(),
  /** Instructions for each client program to forget a removed client; with `--hard` only. */
  forget: z.array(z.strictObject({ title: z.string(), how: z.string() }).readonly()).readonly(),
  /** The needs of MCP clients and servers. */
  needs: needsReportSchema,
  warnings: z.array(z.string()).readonly(),
  /** Time from the first call of the Admin API to the realm's last. */
  elapsedMs: z.number(),
})

/** The kept and the removed parts of the previous realm. */
export type ResetRealmReport = Readonly<z.infer<typeof resetRealmReportSchema>>

/** The parts that a reset keeps and drops, except the signing key. */
export function keptAndDropped(wanted: Realm, kept: KeptData, hard: boolean) {
  const ids = (clients: KeptData['registered']) => clients.map(({ clientId = '' }) => clientId)
  const inFile = new Set(wanted.clients?.map(({ clientId }) => clientId))
  const users = new Set(wanted.users?.map(({ username }) => username.toLowerCase()))
  // The client of an MCP URL belongs to that option: no user loses it.
  const replaced = new Set([
    ...inFile,
    ...BUILT_IN_CLIENTS,
    ...mcpUrls({ ...wanted, clients: standing(kept) }),
  ])
  const gone = [...ids(kept.others), ...(hard ? ids(kept.registered) : [])].filter(
    (clientId) => !replaced.has(clientId),
  )
  const consents = [...kept.consents].flatMap(([username, given]) => (users.has(username) ? given : []))
  return {
    kept: { clients: hard ? [] : ids(kept.registered), consents: hard ? 0 : consents.length },
    dropped: { clients: gone, users: kept.usernames.filter((username) => !users.has(username)) },
  }
}

/** The clients on the server, in the format of a realm file. */
function standing({ others }: KeptData): NonNullable<Realm['clients']> {
  return others.map(({ clientId = '', attributes = {} }) => ({ clientId, attributes }))
}

/** Instructions for each client program to forget its cached client. */
export function howToForget(wanted: Realm, endpoints: RealmEndpoints): ResetRealmReport['forget'] {
  const [mcpUrl] = mcpUrls(wanted)
  if (mcpUrl === undefined) return []
  const { keycloakUrl, realm, issuer } = endpoints
  const preregistered = preregisteredClient(wanted)
  const target: SnippetTarget = {
    mcpUrl,
    serverName: 'my-mcp-server',
    keycloakUrl,
    realm,
    issuer,
    preregistered,
  }
  return CLIENT_PROFILES.map((profile) => ({ title: profile.title, how: profile.forget(target) }))
}
