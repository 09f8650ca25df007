import {
  type AuthorizationServer,
  allowInsecureRequests,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi'

import { McpKeycloakError } from '../errors.ts'

/** Authorization server metadata, as far as an MCP client needs it. */
export type ServerMetadata = AuthorizationServer

/** Options of every request of ours: a Keycloak for development speaks plain http. */
export const PLAIN_HTTP = { [allowInsecureRequests]: true } as const

/**
 * Reads an issuer's metadata where RFC 8414 puts it, as MCP clients do first.
 *
 * @throws {McpKeycloakError} `DISCOVERY_FAILED`
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414.html#section-3.1 RFC 8414 §3.1}
 */
export async function discover(issuer: string): Promise<ServerMetadata> {
  const url = new URL(issuer)
  try {
    return await processDiscoveryResponse(
      url,
      await discoveryRequest(url, { algorithm: 'oauth2', ...PLAIN_HTTP }),
    )
  } catch (cause) {
    throw new McpKeycloakError('DISCOVERY_FAILED', {
      what: `The metadata of ${issuer} cannot be used.`,
      why: (cause as Error).message,
      fix: 'Open that URL with /.well-known/oauth-authorization-server before its path: its "issuer" must be exactly this one.',
      cause,
    })
  }
}
