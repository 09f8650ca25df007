import type { Realm, RealmClient } from '../schema.ts'
import { mcpUrls } from './audience.ts'
import { serviceAccountIds } from './service-account.ts'

/** The path at which FastMCP's proxy receives the authorization response. */
const PROXY_CALLBACK = '/auth/callback'

/** Ids of the clients whose secret has to be given to a program. */
export interface ConfidentialClients {
  /** The client in whose name FastMCP's `OAuthProxy` logs users in. */
  readonly oauthProxy: string | undefined
  /** The MCP server that may exchange tokens: its id is its MCP URL. */
  readonly tokenExchange: string | undefined
  /** The clients that get tokens for themselves. */
  readonly serviceAccounts: readonly string[]
}

/** Finds the clients of a realm file whose secrets a program requires, by what they may do. */
export function confidentialClients(realm: Realm): ConfidentialClients {
  const confidential = (realm.clients ?? []).filter(({ publicClient }) => publicClient !== true)
  const servers = new Set(mcpUrls(realm))
  const idOf = (matches: (client: RealmClient) => boolean) => confidential.find(matches)?.clientId
  return {
    oauthProxy: idOf(({ redirectUris = [] }) => redirectUris.some((uri) => uri.endsWith(PROXY_CALLBACK))),
    tokenExchange: idOf(
      ({ clientId, attributes }) =>
        servers.has(clientId) && attributes?.['standard.token.exchange.enabled'] === 'true',
    ),
    serviceAccounts: serviceAccountIds(realm),
  }
}
