import { McpKeycloakError, throwIfInterrupted } from '../errors.ts'
import type { Credentials } from './browserless-login.ts'
import { claimText, readToken } from './decode-token.ts'
import type { ServerMetadata } from './discover.ts'
import { logIn } from './log-in.ts'
import { refresh } from './refresh.ts'
import {
  type ClientMetadata,
  type RegisteredClient,
  type RemoveClient,
  withRegisteredClient,
} from './register.ts'
import { verifyAccessToken } from './verify-access-token.ts'

/** The redirect URI of played clients. No program listens there, because a played login stops at the redirect. */
export const PLAYED_REDIRECT_URI = 'http://localhost:3117/callback'

/**
 * Creates the registration of a played MCP client: public, with the authorization code grant, as most programs do.
 *
 * @param scope space-separated; omitted when empty, as the SDKs do
 */
export function playedClient(name: string, scope: string): ClientMetadata & { readonly client_name: string } {
  return {
    client_name: name,
    redirect_uris: [PLAYED_REDIRECT_URI],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    ...(scope && { scope }),
  }
}

/** The user who logs in, and the claims that the token must have. */
export interface TestLogin extends Credentials {
  /** `undefined` when it is not known. */
  readonly sub?: string | undefined
  /** Realm roles. */
  readonly roles: readonly string[]
}

/** The client to play and the token that it must get. */
export interface Play {
  readonly server: ServerMetadata
  /** The body of the registration request. */
  readonly metadata: ClientMetadata
  /** Required by a realm that refuses anonymous registration. */
  readonly initialAccessToken?: string | null | undefined
  readonly user: TestLogin
  /** Scopes of the login request, separated by spaces; empty for none. */
  readonly scope: string
  /** Sent as the resource (RFC 8707); none when `undefined`. */
  readonly resource: string | undefined
  /** The MCP URL that the token has to be for. */
  readonly audience: string
  /** Deletes a client that may not delete itself. */
  readonly removeClient?: RemoveClient | undefined
}

/** The token that a played client got. */
export interface PlayedClient {
  /** Claims of the first access token. */
  readonly claims: Readonly<Record<string, unknown>>
  /** Realm roles in it. */
  readonly roles: readonly string[]
}

/**
 * Plays an MCP client. Registers, logs a user in through Keycloak's pages, and checks the token as a careful MCP server
 * does. Then refreshes the token and checks the new one. Deletes the client, also after an error.
 *
 * @param signal when aborted, stops after the current step and deletes the client
 * @throws {McpKeycloakError} `REGISTRATION_REFUSED`, `LOGIN_REFUSED`, `TOKEN_WRONG`, `INTERRUPTED`
 */
export async function playClient(play: Play, signal?: AbortSignal): Promise<PlayedClient> {
  throwIfInterrupted(signal)
  return withRegisteredClient(
    play.server,
    play.metadata,
    play.initialAccessToken,
    (client) => logInAndRefresh(play, client, signal),
    play.removeClient,
  )
}

async function logInAndRefresh(
  play: Play,
  client: RegisteredClient,
  signal: AbortSignal | undefined,
): Promise<PlayedClient> {
  const { server, user, scope, resource } = play
  throwIfInterrupted(signal)
  const tokens = await logIn(server, {
    client,
    redirectUri: play.metadata.redirect_uris[0] ?? '',
    user,
    ...(scope && { scope }),
    ...(resource && { resource }),
  })
  const played = await checkToken(play, tokens.access_token)
  assertRefreshToken(tokens.refresh_token, scope)
  throwIfInterrupted(signal)
  const refreshed = await refresh(server, client, tokens.refresh_token ?? '', resource)
  await checkToken(play, refreshed.access_token)
  return played
}

async function checkToken({ server, user, scope, audience }: Play, token: string): Promise<PlayedClient> {
  const claims = await verifyAccessToken(token, {
    issuer: server.issuer,
    audience,
    jwksUri: server.jwks_uri ?? '',
  })
  const roles = rolesIn(claims)
  const granted = new Set(claimText(claims.scope).split(' '))
  const missing = [
    ...scope.split(' ').flatMap((name) => (name === '' || granted.has(name) ? [] : `scope "${name}"`)),
    ...user.roles.filter((role) => !roles.includes(role)).map((role) => `role "${role}"`),
    ...(roles.length > 0 ? [] : ['realm_access.roles']),
  ]
  if (missing.length > 0) {
    throw new McpKeycloakError('TOKEN_WRONG', {
      what: `The access token of "${user.username}" lacks ${missing.join(' and ')}.`,
      why: 'An MCP server that asks for it would refuse every call.',
      fix: 'The scope "basic" must hold the realm role mapper; compare your realm file with realms/fastmcp.json.',
    })
  }
  if (user.sub !== undefined && claims.sub !== user.sub) {
    throw new McpKeycloakError('TOKEN_WRONG', {
      what: `The access token of "${user.username}" is of another user.`,
      why: `Its sub is ${claimText(claims.sub)}, and that user's id is ${user.sub}.`,
      fix: 'The scope "basic" must hold the sub mapper; compare your realm file with realms/fastmcp.json.',
    })
  }
  return { claims, roles }
}

/** The realm roles in a token. A claim of another shape counts as none. */
function rolesIn({ realm_access: access }: Readonly<Record<string, unknown>>): readonly string[] {
  const roles: unknown = (access as { readonly roles?: unknown } | null | undefined)?.roles
  return Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : []
}

/** Checks that a refresh token outlives the session exactly when the client requested that. */
function assertRefreshToken(token: string | undefined, scope: string): void {
  const wanted = scope.split(' ').includes('offline_access')
  const read = readToken(token ?? '')
  const isOffline = !('unreadable' in read) && read.claims.typ === 'Offline'
  if (token !== undefined && isOffline === wanted) return
  throw new McpKeycloakError('TOKEN_WRONG', {
    what:
      token === undefined ? 'The client got no refresh token.' : 'The refresh token is of the wrong kind.',
    why: `The client asked for ${wanted ? 'offline_access' : 'no offline_access'}, and the token is ${isOffline ? 'an offline one' : 'none or one of the session'}.`,
    fix: 'The scope "offline_access" has to be optional in the realm, and mapped to the role of the same name.',
  })
}
