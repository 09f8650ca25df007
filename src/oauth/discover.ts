import { type AuthorizationServer, discoveryRequest, processDiscoveryResponse } from 'oauth4webapi'

import { asked, type Fetch, sentBy } from './asked.ts'

/** Authorization server metadata, as far as an MCP client needs it. */
export type ServerMetadata = AuthorizationServer

/**
 * Reads an issuer's metadata where RFC 8414 puts it, as MCP clients do first.
 *
 * @param fetch for a server that nobody vouches for
 * @throws {McpKeycloakError} `DISCOVERY_FAILED`, `KEYCLOAK_UNREACHABLE`
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414.html#section-3.1 RFC 8414 §3.1}
 */
export async function discover(issuer: string, fetch?: Fetch): Promise<ServerMetadata> {
  const url = new URL(issuer)
  const options = { algorithm: 'oauth2', ...sentBy(fetch) } as const
  return asked(async () => processDiscoveryResponse(url, await discoveryRequest(url, options)), {
    code: 'DISCOVERY_FAILED',
    what: `The metadata of ${issuer} cannot be used.`,
    fix: 'Open that URL with /.well-known/oauth-authorization-server before its path: its "issuer" must be exactly this one.',
  })
}
