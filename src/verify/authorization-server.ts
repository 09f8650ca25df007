import { Fault } from '../checks/finding.ts'
import type { Fetch } from '../oauth/bounded-fetch.ts'
import { discover, type ServerMetadata } from '../oauth/discover.ts'
import { serverFault } from './network-fault.ts'
import type { RealmUnderTest } from './realm-under-test.ts'

/** The authorization server where the clients of an MCP server register and log in. */
export interface AuthorizationServerFound {
  /**
   * `realm`: the realm itself. `own`: the MCP server, which sends its users on to the realm. `foreign`: another server,
   * which gets no request. The realm takes its place.
   */
  readonly kind: 'realm' | 'own' | 'foreign'
  readonly server: ServerMetadata
  /** The named issuers other than the realm and the MCP server. */
  readonly foreign: readonly string[]
}

/**
 * Chooses one of the named authorization servers. Sends requests only to the realm and to the MCP server's own origin,
 * because any other named server can be a stranger's.
 *
 * @param named `authorization_servers` of the metadata
 * @throws {McpKeycloakError} `DISCOVERY_FAILED`
 */
export async function findAuthorizationServer(
  named: readonly string[],
  {
    mcpUrl,
    realm,
    fetch,
    realmMetadata,
  }: {
    readonly mcpUrl: URL
    readonly realm: RealmUnderTest
    readonly fetch: Fetch
    readonly realmMetadata: () => Promise<ServerMetadata>
  },
): Promise<AuthorizationServerFound> {
  const isOwn = (issuer: string) => URL.parse(issuer)?.origin === mcpUrl.origin
  const foreign = named.filter((issuer) => issuer !== realm.issuer && !isOwn(issuer))
  if (named.includes(realm.issuer)) return { kind: 'realm', server: await realmMetadata(), foreign }
  const own = named.find(isOwn)
  if (own !== undefined) return { kind: 'own', server: await discoverOwn(own, fetch), foreign }
  return { kind: 'foreign', server: await realmMetadata(), foreign }
}

/** Discovers the authorization server on the MCP server's origin. `discover` refuses endpoints on other origins. */
async function discoverOwn(issuer: string, fetch: Fetch): Promise<ServerMetadata> {
  const server = await discover(issuer, fetch).catch((error) =>
    Promise.reject(serverFault(new URL(issuer), error)),
  )
  for (const name of ['authorization_endpoint', 'token_endpoint', 'registration_endpoint'] as const) {
    if (server[name] !== undefined) continue
    throw new Fault({
      what: `The authorization server ${issuer} has no ${name}.`,
      why: 'Its metadata does not name one, so MCP clients cannot get a token there.',
      fix: 'Correct its metadata; or name the realm itself in authorization_servers.',
    })
  }
  return server
}
