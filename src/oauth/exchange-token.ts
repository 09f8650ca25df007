import {
  genericTokenEndpointRequest,
  processGenericTokenEndpointResponse,
  type TokenEndpointResponse,
} from 'oauth4webapi'
import { clientAuth } from './client-auth.ts'
import type { ServerMetadata } from './discover.ts'
import type { RegisteredClient } from './register.ts'
import { requestOptions, withRefusal } from './requests.ts'

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** The requested audience and scopes of the new token. */
export interface ExchangeRequest {
  /** Client id of the API that the new token is for. */
  readonly audience?: string | undefined
  /** Space-separated. */
  readonly scope?: string | undefined
}

/**
 * Exchanges a user's access token for one that calls another API as that user.
 *
 * @param registered the client that the token was given to: the MCP server
 * @throws {McpKeycloakError} `LOGIN_REFUSED` with the server's reason, `KEYCLOAK_UNREACHABLE`
 * @see {@link https://www.rfc-editor.org/rfc/rfc8693.html#section-2.1 RFC 8693 §2.1}
 */
export async function exchangeToken(
  server: ServerMetadata,
  registered: RegisteredClient,
  subjectToken: string,
  { audience, scope }: ExchangeRequest = {},
): Promise<TokenEndpointResponse> {
  const client = { client_id: registered.client_id }
  const parameters = {
    subject_token: subjectToken,
    subject_token_type: ACCESS_TOKEN,
    requested_token_type: ACCESS_TOKEN,
    ...(audience !== undefined && { audience }),
    ...(scope !== undefined && { scope }),
  }
  const ask = async () => {
    const response = await genericTokenEndpointRequest(
      server,
      client,
      clientAuth(registered),
      'urn:ietf:params:oauth:grant-type:token-exchange',
      parameters,
      requestOptions(),
    )
    return processGenericTokenEndpointResponse(server, client, response)
  }
  return withRefusal(ask, {
    code: 'LOGIN_REFUSED',
    what: `Keycloak did not exchange the token for the client ${client.client_id}.`,
    fix: 'The token must be for that client (its "aud"), and the user must have the role that the API asks for.',
  })
}
