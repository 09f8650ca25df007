import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi'

import { McpKeycloakError } from '../errors.ts'

/** Authorization server metadata, as far as an MCP client needs it. */
export type ServerMetadata = AuthorizationServer

/** Options of every request of ours: a Keycloak for development speaks plain http. */
export const PLAIN_HTTP = { [allowInsecureRequests]: true } as const

/** The same, sent by a `fetch` that is not Node's own. */
export function sentBy(fetch: typeof globalThis.fetch | undefined) {
  if (!fetch) return PLAIN_HTTP
  return { ...PLAIN_HTTP, [customFetch]: (url: string, options: object) => fetch(url, options) }
}

/**
 * Reads an issuer's metadata where RFC 8414 puts it, as MCP clients do first.
 *
 * @param fetch for a server that nobody vouches for
 * @throws {McpKeycloakError} `DISCOVERY_FAILED`
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414.html#section-3.1 RFC 8414 §3.1}
 */
export async function discover(issuer: string, fetch?: typeof globalThis.fetch): Promise<ServerMetadata> {
  const url = new URL(issuer)
  try {
    return await processDiscoveryResponse(
      url,
      await discoveryRequest(url, { algorithm: 'oauth2', ...sentBy(fetch) }),
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
