import type { ServerMetadata } from '../../src/oauth/discover.ts'
import type { RegisteredClient } from '../../src/oauth/register.ts'

/** What the registration endpoint answered, as it did. */
export interface RegistrationAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * Sends a registration as it is, even one that no client would send.
 *
 * @param token initial access token, in a realm that asks for one
 */
export async function postRegistration(
  server: ServerMetadata,
  metadata: Readonly<Record<string, unknown>>,
  token?: string,
): Promise<RegistrationAnswer> {
  const response = await fetch(server.registration_endpoint ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(metadata),
  })
  return { status: response.status, body: (await response.json()) as RegistrationAnswer['body'] }
}

/** What the token endpoint answered, as it did. */
export async function postToken(
  server: ServerMetadata,
  client: RegisteredClient,
  parameters: Readonly<Record<string, string>>,
): Promise<RegistrationAnswer> {
  const { client_id: id, client_secret: secret, token_endpoint_auth_method: method } = client
  const basic = secret !== undefined && method === 'client_secret_basic'
  const inBody = basic ? {} : { client_id: id, ...(secret !== undefined && { client_secret: secret }) }
  const response = await fetch(server.token_endpoint ?? '', {
    method: 'POST',
    headers: basic ? { authorization: `Basic ${btoa(`${id}:${secret}`)}` } : {},
    body: new URLSearchParams({ ...inBody, ...parameters }),
  })
  return { status: response.status, body: (await response.json()) as RegistrationAnswer['body'] }
}
