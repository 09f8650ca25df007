import { Fault } from '../checks/finding.ts'
import type { Fetch } from '../oauth/bounded-fetch.ts'
import type { Credentials } from '../oauth/browserless-login.ts'
import type { ServerMetadata } from '../oauth/discover.ts'
import { type Introspection, introspect } from '../oauth/introspect.ts'
import { logIn } from '../oauth/log-in.ts'
import { PLAYED_REDIRECT_URI, playedClient } from '../oauth/play-client.ts'
import { refresh } from '../oauth/refresh.ts'
import { deleteClient, registerClient } from '../oauth/register.ts'
import { revoke } from '../oauth/revoke.ts'
import { serverFault } from './network-fault.ts'
import type { RealmUnderTest } from './realm-under-test.ts'

/** The tokens of a login. */
export interface Tokens {
  readonly accessToken: string
  readonly idToken?: string | undefined
  readonly refreshToken?: string | undefined
}

/** A registered client with which `verify` tries the MCP server. */
export interface TrialClient {
  readonly clientId: string
  /** The scopes that it requests. */
  readonly scopes: readonly string[]
  /** Whether it can be deleted again (RFC 7592). A client of the MCP server itself is not deleted. */
  readonly deletable: boolean
  /**
   * Logs the test user in to get a token for the MCP URL.
   *
   * @param user default: the first test user
   * @throws {McpKeycloakError} `LOGIN_REFUSED`
   * @throws {Fault} when there is no user to log in
   */
  logIn(user?: Credentials): Promise<Tokens>
  /** Asks the authorization server about an access token of the client; `undefined` when it does not answer. */
  introspect(token: string): Promise<Introspection | undefined>
  /** Exchanges a refresh token; `undefined` when the authorization server refuses that. */
  refresh(refreshToken: string): Promise<Tokens | undefined>
  /** Revokes a token. Returns whether the authorization server did. */
  revoke(token: string): Promise<boolean>
  delete(): Promise<void>
}

/** The client to register and the servers that it uses. */
export interface Trial {
  readonly server: ServerMetadata
  /** Whether the authorization server is the MCP server itself. It then gets limited requests and no password. */
  readonly own: boolean
  readonly scopes: readonly string[]
  /** The MCP URL. */
  readonly resource: string
  readonly realm: RealmUnderTest
  /** For the MCP server. */
  readonly fetch: Fetch
  /** For the realm. */
  readonly realmFetch: Fetch
}

/**
 * Registers a client as an MCP client does.
 *
 * @throws {McpKeycloakError} `REGISTRATION_REFUSED`
 */
export async function registerTrialClient({
  server,
  own,
  scopes,
  resource,
  realm,
  fetch,
  realmFetch,
}: Trial): Promise<TrialClient> {
  const scope = scopes.join(' ')
  const sender = own ? fetch : realmFetch
  const initialAccessToken = own ? null : await realm.initialAccessToken()
  const metadata = playedClient('mcp-keycloak verify', scope)
  const issuer = new URL(server.issuer)
  const response = <T>(sent: Promise<T>) =>
    own ? sent.catch((error) => Promise.reject(serverFault(issuer, error))) : sent
  const client = await response(registerClient(server, metadata, initialAccessToken, sender))
  const deletable = !own && client.registration_client_uri !== undefined
  const loginOrigin = new URL(realm.issuer).origin
  const either: Fetch = (input, init) => {
    const { origin } = new URL(input instanceof Request ? input.url : input)
    return (origin === new URL(resource).origin ? fetch : realmFetch)(input, init)
  }
  return {
    clientId: client.client_id,
    scopes,
    deletable,
    async logIn(user = realm.user) {
      if (!user) throw noUser(realm)
      const request = {
        client,
        redirectUri: PLAYED_REDIRECT_URI,
        user,
        resource,
        ...(scope && { scope }),
        browser: { loginOrigin, fetch: own ? either : realmFetch },
      }
      const tokens = await response(logIn(server, request))
      return tokensOf(tokens)
    },
    refresh: (refreshToken) =>
      refresh(server, client, refreshToken, resource, sender).then(tokensOf, () => undefined),
    revoke: (token) =>
      revoke(server, client, token, sender).then(
        () => true,
        () => false,
      ),
    introspect: (token) => introspect(server, client, token, sender).catch(() => undefined),
    async delete() {
      if (deletable) await deleteClient(client, realmFetch)
    },
  }
}

function tokensOf(response: Awaited<ReturnType<typeof logIn>>): Tokens {
  const { access_token, id_token, refresh_token } = response
  return { accessToken: access_token, idToken: id_token, refreshToken: refresh_token }
}

function noUser({ resetCommand }: RealmUnderTest): Fault {
  return new Fault({
    what: 'There is no user to log in.',
    why: 'The realm file has no user with a password.',
    fix: `Add a test user: ${resetCommand({ user: ['<name>'] })}`,
  })
}
