import { processRevocationResponse, revocationRequest } from 'oauth4webapi'
import type { Fetch } from './bounded-fetch.ts'
import { clientAuth } from './client-auth.ts'
import type { ServerMetadata } from './discover.ts'
import type { RegisteredClient } from './register.ts'
import { requestOptions, withRefusal } from './requests.ts'

/**
 * Revokes a token of a client. Keycloak ends the session of a revoked refresh token.
 *
 * @param fetch for an untrusted server
 * @throws {McpKeycloakError} `LOGIN_REFUSED`, `KEYCLOAK_UNREACHABLE`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7009.html#section-2.1 RFC 7009 §2.1}
 */
export async function revoke(
  server: ServerMetadata,
  registered: RegisteredClient,
  token: string,
  fetch?: Fetch,
): Promise<void> {
  const client = { client_id: registered.client_id }
  const ask = async () =>
    processRevocationResponse(
      await revocationRequest(server, client, clientAuth(registered), token, requestOptions(fetch)),
    )
  return withRefusal(ask, {
    code: 'LOGIN_REFUSED',
    what: 'Keycloak did not revoke the token.',
    fix: 'Log out of the realm.',
  })
}
