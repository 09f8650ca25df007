import {
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  type TokenEndpointResponse,
} from 'oauth4webapi'

import { McpKeycloakError } from '../errors.ts'
import { clientAuth, refusalReason } from './client-auth.ts'
import { PLAIN_HTTP, type ServerMetadata } from './discover.ts'
import type { RegisteredClient } from './register.ts'

/**
 * Trades a client's refresh token for new tokens.
 *
 * @param resource the MCP URL (RFC 8707), sent again as MCP clients do
 * @throws {McpKeycloakError} `LOGIN_REFUSED`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-6 RFC 6749 §6}
 */
export async function refresh(
  server: ServerMetadata,
  registered: RegisteredClient,
  refreshToken: string,
  resource?: string,
): Promise<TokenEndpointResponse> {
  const client = { client_id: registered.client_id }
  const options = { ...PLAIN_HTTP, ...(resource && { additionalParameters: { resource } }) }
  try {
    const response = await refreshTokenGrantRequest(
      server,
      client,
      clientAuth(registered),
      refreshToken,
      options,
    )
    return await processRefreshTokenResponse(server, client, response)
  } catch (cause) {
    throw new McpKeycloakError('LOGIN_REFUSED', {
      what: 'Keycloak did not take the refresh token.',
      why: refusalReason(cause),
      fix: 'Log in again.',
      cause,
    })
  }
}
