import type { Realm, RealmClient } from '../schema.ts'
import { mcpUrls } from './audience.ts'
import { serviceAccountIds } from './service-account.ts'

/** Where FastMCP's proxy receives the authorization response. */
const PROXY_CALLBACK = '/auth/callback'

/** Ids of the clients with a secret that a program has to be given. */
export interface ConfidentialClients {
  /** The client in whose name FastMCP's `OAuthProxy` logs users in. */
  readonly oauthProxy: string | undefined
  /** The MCP server that may exchange tokens: its id is its MCP URL. */
  readonly tokenExchange: string | undefined
  /** The clients that get tokens for themselves. */
  readonly serviceAccounts: readonly string[]
}

/** The clients of a realm file whose secrets are of use to somebody, known by what they may do. */
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
