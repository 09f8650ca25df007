import type { ServerMetadata } from '../../../src/oauth/discover.ts'
import { deleteClient, type RegisteredClient } from '../../../src/oauth/register.ts'

/** What an endpoint answered, as it did. */
export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * Sends a registration as it is, even one that no client would send.
 *
 * @param token bearer token, in a realm that asks for one
 */
export async function postRegistration(
  server: ServerMetadata,
  metadata: Readonly<Record<string, unknown>>,
  token?: string,
): Promise<Answer> {
  const response = await fetch(server.registration_endpoint ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(metadata),
  })
  return answer(response)
}

/** A client that deletes itself when the scope ends. */
export async function registeredClient(
  server: ServerMetadata,
  metadata: Readonly<Record<string, unknown>>,
): Promise<RegisteredClient & AsyncDisposable> {
  const { status, body } = await postRegistration(server, metadata)
  if (status !== 201) throw new Error(`registration: ${status} ${JSON.stringify(body)}`)
  const client = body as unknown as RegisteredClient
  return { ...client, [Symbol.asyncDispose]: () => deleteClient(client) }
}

/** Calls the token endpoint, or another one at which clients authenticate in the same way. */
export async function postAsClient(
  endpoint: string | undefined,
  client: RegisteredClient,
  parameters: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { client_id: id, client_secret: secret, token_endpoint_auth_method: method } = client
  const basic = secret !== undefined && method === 'client_secret_basic'
  const inBody = basic ? {} : { client_id: id, ...(secret !== undefined && { client_secret: secret }) }
  const response = await fetch(endpoint ?? '', {
    method: 'POST',
    headers: basic ? { authorization: `Basic ${btoa(`${id}:${secret}`)}` } : {},
    body: new URLSearchParams({ ...inBody, ...parameters }),
  })
  return answer(response)
}

async function answer(response: Response): Promise<Answer> {
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}
