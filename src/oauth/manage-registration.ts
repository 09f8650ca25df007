import { McpKeycloakError } from '../errors.ts'
import type { ClientMetadata, RegisteredClient } from './register.ts'
import { withUnreachable } from './requests.ts'

/**
 * Reads a client's registration with the client's own registration access token.
 *
 * @throws {McpKeycloakError} `REGISTRATION_REFUSED`, `KEYCLOAK_UNREACHABLE`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7592.html#section-2.1 RFC 7592 §2.1}
 */
export function readClient(client: RegisteredClient): Promise<RegisteredClient> {
  return manage(client, 'GET')
}

/**
 * Replaces a client's registration. Keycloak's response contains a new registration access token. The previous token is
 * no longer valid.
 *
 * @param metadata the complete metadata; the server removes omitted members
 * @throws {McpKeycloakError} `REGISTRATION_REFUSED`, `KEYCLOAK_UNREACHABLE`
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
  const { client_id: id, registration_client_uri: uri, registration_access_token: token } = client
  const refusal = {
    what: `Keycloak did not let the client ${id} ${method === 'GET' ? 'read' : 'change'} its registration.`,
    fix: 'Use the registration access token of its last response: each change gives a new one. Or register the client again.',
  }
  if (uri === undefined) {
    const why = 'Its registration named no registration_client_uri.'
    throw new McpKeycloakError('REGISTRATION_REFUSED', { ...refusal, why })
  }
  const response = await withUnreachable()(uri, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(metadata && { body: JSON.stringify(metadata) }),
  })
  const answer: unknown = response.ok ? await response.json().catch(() => undefined) : undefined
  if (answer) return answer as RegisteredClient
  // A successful response contains secrets.
  const why = `It answered ${response.status}: ${response.ok ? 'no JSON' : await response.text().catch(() => '')}`
  throw new McpKeycloakError('REGISTRATION_REFUSED', { ...refusal, why })
}
