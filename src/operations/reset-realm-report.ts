import { CLIENT_PROFILES } from '../clients/all.ts'
import type { RealmEndpoints } from '../config/endpoints.ts'
import type { SnippetTarget } from '../config/snippet.ts'
import type { Kept } from '../keycloak/kept.ts'
import { mcpUrls } from '../realm/audience.ts'
import { BUILT_IN_CLIENTS } from '../realm/built-in-clients.ts'
import { preregisteredClient } from '../realm/preregistered-client.ts'
import type { Realm } from '../realm/schema.ts'

/** What was kept of the old realm, and what is gone. */
export interface ResetRealmReport {
  readonly schemaVersion: 1
  readonly endpoints: RealmEndpoints
  /** Nothing was done: this is what would be. */
  readonly dryRun: boolean
  readonly kept: {
    /** Tokens that are not expired still verify, and cached keys stay good. */
    readonly signingKey: boolean
    /** Ids of the clients that had registered themselves. */
    readonly clients: readonly string[]
    /** How many consents of users. */
    readonly consents: number
  }
  readonly dropped: {
    /** Clients that are neither in the file nor kept. */
    readonly clients: readonly string[]
    /** Users that are not in the file. */
    readonly users: readonly string[]
  }
  /** Where the old realm's clients and consents were written before it was deleted; `null` when nothing was done. */
  readonly backup: string | null
  /** How each client program forgets a client that is gone; with `--hard` only. */
  readonly forget: readonly { readonly title: string; readonly how: string }[]
  /** From the first question to the Admin API to the realm's last. */
  readonly elapsedMs: number
}

/** What a reset keeps and drops. */
export function keptAndDropped(
  wanted: Realm,
  kept: Kept,
  hard: boolean,
): Pick<ResetRealmReport, 'kept' | 'dropped'> {
  const ids = (clients: Kept['registered']) => clients.map(({ clientId = '' }) => clientId)
  const inFile = new Set(wanted.clients?.map(({ clientId }) => clientId))
  const users = new Set(wanted.users?.map(({ username }) => username))
  const gone = ids(kept.others).filter(
    (clientId) => !inFile.has(clientId) && !BUILT_IN_CLIENTS.includes(clientId),
  )
  const consents = [...kept.consents.values()].reduce((sum, { length }) => sum + length, 0)
  return {
    kept: { signingKey: !hard, clients: hard ? [] : ids(kept.registered), consents: hard ? 0 : consents },
    dropped: {
      clients: hard ? [...gone, ...ids(kept.registered)] : gone,
      users: kept.usernames.filter((username) => !users.has(username)),
    },
  }
}

/** How each client program forgets the client that it has cached. */
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
