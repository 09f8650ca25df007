import {
  clientCredentialsGrantRequest,
  processClientCredentialsResponse,
  type TokenEndpointResponse,
} from 'oauth4webapi'
import { clientAuth } from './client-auth.ts'
import type { ServerMetadata } from './discover.ts'
import type { RegisteredClient } from './register.ts'
import { requestOptions, scopeRefused, withRefusal } from './requests.ts'

/**
 * Gets a token for a client itself, without a user.
 *
 * @param scope space-separated; none is requested when absent
 * @throws {McpKeycloakError} `LOGIN_REFUSED` with the server's reason, `KEYCLOAK_UNREACHABLE`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-4.4 RFC 6749 §4.4}
 */
export async function clientCredentials(
  server: ServerMetadata,
  registered: RegisteredClient,
  scope?: string,
): Promise<TokenEndpointResponse> {
  const client = { client_id: registered.client_id }
  const parameters = new URLSearchParams(scope === undefined ? {} : { scope })
  const ask = async () => {
    const response = await clientCredentialsGrantRequest(
      server,
      client,
      clientAuth(registered),
      parameters,
      requestOptions(),
    )
    return processClientCredentialsResponse(server, client, response)
  }
  return withRefusal(ask, {
    code: 'LOGIN_REFUSED',
    what: `Keycloak gave the client ${client.client_id} no token for itself.`,
    fix: 'Only the clients of the overlay service-account may: --with service-account --service-account <name>',
    byError: { invalid_scope: scopeRefused(registered.client_id, scope, server) },
  })
}
