import { McpKeycloakError } from '../errors.ts'
import type { ClientMetadata, RegisteredClient } from './register.ts'

/**
 * Reads what the authorization server has of a client, by the client's own registration access token.
 *
 * @throws {McpKeycloakError} `REGISTRATION_REFUSED`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7592.html#section-2.1 RFC 7592 §2.1}
 */
export function readClient(client: RegisteredClient): Promise<RegisteredClient> {
  return manage(client, 'GET')
}

/**
 * Replaces what the authorization server has of a client. Keycloak then gives a new registration access token, in the
 * answer; the one before is good for nothing any more.
 *
 * @param metadata all of it: what is left out is removed
 * @throws {McpKeycloakError} `REGISTRATION_REFUSED`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7592.html#section-2.2 RFC 7592 §2.2}
 */
export function updateClient(client: RegisteredClient, metadata: ClientMetadata): Promise<RegisteredClient> {
  return manage(client, 'PUT', { ...metadata, client_id: client.client_id })
}

async function manage(
  client: RegisteredClient,
  method: 'GET' | 'PUT',
  metadata?: ClientMetadata,
): Promise<RegisteredClient> {
  const { client_id: id, registration_client_uri: uri = '', registration_access_token: token } = client
  const response = await fetch(uri, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(metadata && { body: JSON.stringify(metadata) }),
  })
  if (response.ok) return (await response.json()) as RegisteredClient
  throw new McpKeycloakError('REGISTRATION_REFUSED', {
    what: `Keycloak did not let the client ${id} ${method === 'GET' ? 'read' : 'change'} its registration.`,
    why: `It answered ${response.status}: ${await response.text()}`,
    fix: 'Its registration access token may be an old one: each change gives a new one.',
  })
}
