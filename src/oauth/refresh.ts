import {
  None,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  type TokenEndpointResponse,
} from 'oauth4webapi'

import { McpKeycloakError } from '../errors.ts'
import { PLAIN_HTTP, type ServerMetadata } from './discover.ts'

/**
 * Trades a refresh token of a public client for new tokens.
 *
 * @throws {McpKeycloakError} `LOGIN_REFUSED`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-6 RFC 6749 §6}
 */
export async function refresh(
  server: ServerMetadata,
  clientId: string,
  refreshToken: string,
): Promise<TokenEndpointResponse> {
  const client = { client_id: clientId }
  try {
    const response = await refreshTokenGrantRequest(server, client, None(), refreshToken, PLAIN_HTTP)
    return await processRefreshTokenResponse(server, client, response)
  } catch (cause) {
    throw new McpKeycloakError('LOGIN_REFUSED', {
      what: 'Keycloak did not take the refresh token.',
      why: (cause as Error).message,
      fix: 'Log in again.',
      cause,
    })
  }
}
