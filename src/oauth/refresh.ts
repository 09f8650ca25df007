import {
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  type TokenEndpointResponse,
} from 'oauth4webapi'
import type { Fetch } from './bounded-fetch.ts'
import { clientAuth } from './client-auth.ts'
import type { ServerMetadata } from './discover.ts'
import type { RegisteredClient } from './register.ts'
import { requestOptions, withRefusal } from './requests.ts'

/**
 * Exchanges a client's refresh token for new tokens.
 *
 * @param resource the MCP URL (RFC 8707), sent again as MCP clients do
 * @param fetch for an untrusted server
 * @throws {McpKeycloakError} `LOGIN_REFUSED`, `KEYCLOAK_UNREACHABLE`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-6 RFC 6749 §6}
 */
export async function refresh(
  server: ServerMetadata,
  registered: RegisteredClient,
  refreshToken: string,
  resource?: string,
  fetch?: Fetch,
): Promise<TokenEndpointResponse> {
  const client = { client_id: registered.client_id }
  const options = { ...requestOptions(fetch), ...(resource && { additionalParameters: { resource } }) }
  const ask = async () => {
    const response = await refreshTokenGrantRequest(
      server,
      client,
      clientAuth(registered),
      refreshToken,
      options,
    )
    return processRefreshTokenResponse(server, client, response)
  }
  return withRefusal(ask, {
    code: 'LOGIN_REFUSED',
    what: 'Keycloak did not take the refresh token.',
    fix: 'Log in again.',
  })
}
