import { introspectionRequest, processIntrospectionResponse } from 'oauth4webapi'
import type { Fetch } from './bounded-fetch.ts'
import { clientAuth } from './client-auth.ts'
import type { ServerMetadata } from './discover.ts'
import type { RegisteredClient } from './register.ts'
import { requestOptions, withRefusal } from './requests.ts'

/** An authorization server's report on a token (RFC 7662 §2.2). For an invalid token, it has only `active: false`. */
export interface Introspection {
  readonly active: boolean
  readonly [claim: string]: unknown
}

/**
 * Asks the authorization server whether a token is valid.
 *
 * @param fetch for an untrusted server
 * @param registered a confidential client, because the request requires authentication
 * @throws {McpKeycloakError} `LOGIN_REFUSED` when the client may not ask, `KEYCLOAK_UNREACHABLE`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7662.html#section-2.1 RFC 7662 §2.1}
 */
export async function introspect(
  server: ServerMetadata,
  registered: RegisteredClient,
  token: string,
  fetch?: Fetch,
): Promise<Introspection> {
  const client = { client_id: registered.client_id }
  const ask = async () => {
    const response = await introspectionRequest(
      server,
      client,
      clientAuth(registered),
      token,
      requestOptions(fetch),
    )
    return (await processIntrospectionResponse(server, client, response)) as Introspection
  }
  return withRefusal(ask, {
    code: 'LOGIN_REFUSED',
    what: `Keycloak does not tell the client ${client.client_id} about tokens.`,
    fix: 'Ask in the name of a confidential client, with its secret.',
  })
}
