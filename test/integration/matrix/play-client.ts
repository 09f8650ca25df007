import { decodeJwt } from 'jose'

import type { ServerMetadata } from '../../../src/oauth/discover.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import { deleteClient, type RegisteredClient } from '../../../src/oauth/register.ts'
import { verifyAccessToken } from '../../../src/oauth/verify-access-token.ts'
import { postAsClient, postRegistration } from '../../helpers/registration.ts'

/** A client on its whole way, and what has to come of it. */
export interface Play {
  readonly server: ServerMetadata
  /** What is sent to register. */
  readonly metadata: Readonly<Record<string, unknown>> & { readonly redirect_uris: readonly string[] }
  readonly initialAccessToken?: string | undefined
  readonly user: {
    readonly username: string
    readonly password: string
    readonly sub: string
    readonly role: string
  }
  /** What the client asks for at the login; nothing when empty. */
  readonly scope: string
  readonly resource: string | undefined
  /** The MCP URL that the token has to be for. */
  readonly audience: string
}

/**
 * Registers, logs in through the pages, checks the token, refreshes it, checks that, deletes the client.
 *
 * @returns `ok`, or what happened
 */
export async function playClient(play: Play): Promise<string> {
  const { status, body } = await postRegistration(play.server, play.metadata, play.initialAccessToken)
  if (status !== 201) return `registration: ${status} ${JSON.stringify(body)}`
  const client = body as unknown as RegisteredClient
  const outcome = await logInAndRefresh(play, client).catch((error: Error & { why?: string }) =>
    [error.message, error.why].filter(Boolean).join(' '),
  )
  await deleteClient(client)
  return outcome
}

async function logInAndRefresh(play: Play, client: RegisteredClient): Promise<string> {
  const { server, user, scope, resource } = play
  const tokens = await logIn(server, {
    client,
    redirectUri: play.metadata.redirect_uris[0] ?? '',
    user,
    ...(scope && { scope }),
    ...(resource && { resource }),
  })
  const fault = await tokenFault(play, tokens.access_token)
  if (fault) return `token: ${fault}`
  const refreshToken = tokens.refresh_token ?? ''
  const isOffline = decodeJwt(refreshToken).typ === 'Offline'
  if (isOffline !== scope.split(' ').includes('offline_access'))
    return `refresh token: offline is ${isOffline}`
  const { status, body } = await postAsClient(server.token_endpoint, client, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    ...(resource && { resource }),
  })
  if (status !== 200) return `refresh: ${status} ${JSON.stringify(body)}`
  const faultAfter = await tokenFault(play, String(body.access_token))
  return faultAfter ? `refreshed token: ${faultAfter}` : 'ok'
}

async function tokenFault(
  { server, user, scope, audience }: Play,
  token: string,
): Promise<string | undefined> {
  const claims = await verifyAccessToken(token, {
    issuer: server.issuer,
    audience,
    jwksUri: server.jwks_uri ?? '',
  })
  if (claims.sub !== user.sub) return `sub is ${claims.sub}`
  const { roles = [] } = (claims.realm_access ?? {}) as { roles?: readonly string[] }
  if (!roles.includes(user.role)) return `realm_access.roles is [${roles}]`
  const granted = String(claims.scope).split(' ')
  const missing = scope.split(' ').filter((name) => name !== '' && !granted.includes(name))
  return missing.length > 0 ? `scope lacks ${missing.join(' ')}` : undefined
}
