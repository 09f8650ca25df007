import { McpKeycloakError } from '../errors.ts'
import { clientSecret } from '../keycloak/clients/client-secrets.ts'
import { clientCredentials } from '../oauth/client-credentials.ts'
import type { ServerMetadata } from '../oauth/discover.ts'
import { type ExchangeRequest, exchangeToken } from '../oauth/exchange-token.ts'
import { type Introspection, introspect } from '../oauth/introspect.ts'
import { logIn } from '../oauth/log-in.ts'
import type { BadTokenKind } from '../oauth/mint-bad.ts'
import { refresh } from '../oauth/refresh.ts'
import type { RegisteredClient } from '../oauth/register.ts'
import { findClient, findUser } from '../operations/token.ts'
import type { AppliedRealm } from '../provisioning/applied-realm.ts'
import { forgeToken } from '../provisioning/forge-token.ts'
import { mcpUrls } from '../realm/patches/audience.ts'
import { confidentialClients } from '../realm/patches/confidential-clients.ts'
import type { TestUser } from '../realm/patches/users.ts'
import type { ClientRegistry } from './client-registry.ts'
import type { TestClient } from './test-client.ts'

/** The user, client and target of a login. */
export interface LoginOptions {
  /** A user's name, or a user. Default: the realm's first test user. */
  readonly user?: string | Pick<TestUser, 'username' | 'password'> | undefined
  /** Space-separated. Default: `openid`. */
  readonly scope?: string | undefined
  /** A registered client, or the id of one. Default: the realm's pre-registered client. */
  readonly client?: string | TestClient | undefined
  /** The MCP URL that the token is for (RFC 8707). Default: the realm's first one. */
  readonly resource?: string | undefined
}

/** The tokens from a login. */
export interface TokenSet {
  readonly accessToken: string
  /** `null` when Keycloak issues none to the client. */
  readonly refreshToken: string | null
  /** `null` without the scope `openid`. */
  readonly idToken: string | null
  readonly scope: string
  /** Remaining lifetime of the access token. */
  readonly expiresInSeconds: number
  readonly clientId: string
}

/** The options of a token exchange (RFC 8693). */
export interface ExchangeOptions extends ExchangeRequest {
  /** Id of the client that exchanges the token. Default: the MCP server of the overlay `token-exchange`. */
  readonly client?: string | undefined
}

/** The tokens of a realm. Each comes from a real request, as for any program. */
export interface RealmTokens {
  /** Gets an access token by a real login: authorization code with PKCE through Keycloak's pages. */
  token(options?: LoginOptions): Promise<string>
  /** Logs in. Returns all tokens. */
  logIn(options?: LoginOptions): Promise<TokenSet>
  /** Exchanges the refresh token for new tokens. */
  refresh(tokens: TokenSet): Promise<TokenSet>
  /** Gets an access token of a client for itself. Requires the overlay `service-account`. */
  serviceToken(options?: { readonly client?: string; readonly scope?: string }): Promise<string>
  /** Exchanges a user's token for a token for another API. Requires the overlay `token-exchange`. */
  exchange(token: string, options?: ExchangeOptions): Promise<string>
  /**
   * Asks Keycloak about a token (RFC 7662). Only a confidential client in the token's `aud` gets details. Default:
   * the realm's first MCP server.
   */
  introspect(token: string, options?: { readonly client?: string | TestClient }): Promise<Introspection>
  /** Gets an access token that a correct server must refuse, for exactly one reason. */
  badToken(kind: BadTokenKind, options?: LoginOptions): Promise<string>
}

/** The realm, users and clients behind the tokens. */
export interface TokenSource {
  readonly applied: () => Promise<AppliedRealm>
  readonly server: ServerMetadata
  readonly users: Iterable<TestUser>
  readonly clients: Pick<ClientRegistry, 'get'>
}

/** Creates the token functions of one realm. */
export function realmTokens(source: TokenSource): RealmTokens {
  const { applied, server, clients } = source

  /** Returns a client with its secret. */
  async function client(id: string): Promise<RegisteredClient> {
    const { admin, realm } = await applied()
    const known = clients.get(id)
    if (known) return known
    const secret = await clientSecret(admin, realm.realm, id)
    return { client_id: id, ...(secret !== undefined && { client_secret: secret }) }
  }

  async function loginClient(wanted: string | TestClient | undefined) {
    const registered = typeof wanted === 'string' ? clients.get(wanted) : wanted
    if (registered === undefined) return findClient(await applied(), wanted as string | undefined)
    return { client: registered, redirectUri: registered.redirect_uris[0] ?? '' }
  }

  async function logInAs({ user, scope = 'openid', client, resource }: LoginOptions = {}): Promise<TokenSet> {
    const who = typeof user === 'string' ? { username: user } : (user ?? {})
    const there = await applied()
    const through = await loginClient(client)
    const mcpUrl = resource ?? mcpUrls(there.realm)[0]
    const request = { ...through, user: findUser(there, who, [...source.users]), scope }
    const tokens = await logIn(server, { ...request, ...(mcpUrl !== undefined && { resource: mcpUrl }) })
    return tokenSet(tokens, through.client.client_id)
  }

  return {
    logIn: logInAs,
    token: async (options) => (await logInAs(options)).accessToken,
    async refresh({ refreshToken, clientId }) {
      if (refreshToken === null) throw noRefreshToken(clientId)
      return tokenSet(await refresh(server, await client(clientId), refreshToken), clientId)
    },
    async serviceToken({ client: wanted, scope } = {}) {
      const id = wanted ?? confidentialClients((await applied()).realm).serviceAccounts[0]
      if (id === undefined) throw lacks('a client that gets tokens for itself', 'service-account')
      return (await clientCredentials(server, await client(id), scope)).access_token
    },
    async exchange(token, { client: wanted, ...request } = {}) {
      const id = wanted ?? confidentialClients((await applied()).realm).tokenExchange
      if (id === undefined) throw lacks('a client that may exchange tokens', 'token-exchange')
      return (await exchangeToken(server, await client(id), token, request)).access_token
    },
    async introspect(token, { client: wanted } = {}) {
      const { realm } = await applied()
      const asking = wanted ?? mcpUrls(realm)[0]
      if (asking === undefined) throw noMcpServer()
      return introspect(server, typeof asking === 'string' ? await client(asking) : asking, token)
    },
    async badToken(kind, options) {
      const { accessToken } = await logInAs(options)
      return forgeToken(kind, accessToken, await applied())
    },
  }
}

/** The used part of the token endpoint's response (RFC 6749 §5.1). */
type TokenResponse = Awaited<ReturnType<typeof logIn>>

function tokenSet(tokens: TokenResponse, clientId: string): TokenSet {
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? null,
    idToken: tokens.id_token ?? null,
    scope: tokens.scope ?? '',
    expiresInSeconds: tokens.expires_in ?? 0,
    clientId,
  }
}

function noRefreshToken(clientId: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `The login through ${clientId} gave no refresh token.`,
    why: 'A client gets one when it registered for the grant "refresh_token".',
    fix: 'Register it with grant_types: ["authorization_code", "refresh_token"].',
  })
}

function noMcpServer(): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'Who asks about the token is not said.',
    why: 'The realm has no MCP server, which asks when nobody else is named.',
    fix: 'Name a confidential client that the token is for: introspect(token, { client })',
  })
}

function lacks(what: string, overlay: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `The realm does not have ${what}.`,
    why: `It is made without the overlay ${overlay}.`,
    fix: `Make it with the overlay: createRealm({ with: ["${overlay}"] }); or name a client of its own.`,
  })
}
