import {
  type Client,
  dynamicClientRegistrationRequest,
  processDynamicClientRegistrationResponse,
  ResponseBodyError,
} from 'oauth4webapi'

import { command } from '../config/command.ts'
import { McpKeycloakError } from '../errors.ts'
import type { Fetch } from './bounded-fetch.ts'
import type { ServerMetadata } from './discover.ts'
import {
  isSendable,
  LONGEST_QUOTE,
  quoted,
  requestOptions,
  withRefusal,
  withUnreachable,
} from './requests.ts'

/** The body of a client's registration request (RFC 7591 §2). */
export interface ClientMetadata {
  readonly redirect_uris: readonly string[]
  readonly [member: string]: unknown
}

/** A client as the authorization server knows it (RFC 7591 §3.2.1, RFC 7592 §3). */
export interface RegisteredClient {
  readonly client_id: string
  readonly client_secret?: string
  readonly token_endpoint_auth_method?: string
  readonly registration_access_token?: string
  readonly registration_client_uri?: string
}

/**
 * Registers a client, without a token as MCP clients do, or with an initial access token.
 *
 * @param fetch for an untrusted server
 * @throws {McpKeycloakError} `REGISTRATION_REFUSED` with the server's reason, `KEYCLOAK_UNREACHABLE`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7591.html#section-3.1 RFC 7591 §3.1}
 */
export async function registerClient(
  server: ServerMetadata,
  metadata: ClientMetadata,
  initialAccessToken?: string | null,
  fetch?: Fetch,
): Promise<RegisteredClient> {
  const options = { ...requestOptions(fetch), ...(initialAccessToken && { initialAccessToken }) }
  const response = await withRefusal(
    () => dynamicClientRegistrationRequest(server, metadata as Partial<Client>, options),
    {
      code: 'REGISTRATION_REFUSED',
      what: 'There is nowhere to register a client.',
      fix: `Its metadata must have a registration_endpoint: see ${command('doctor')}.`,
    },
  )
  const spare = response.clone()
  try {
    return registeredAt(server, await processDynamicClientRegistrationResponse(response))
  } catch (cause) {
    throw new McpKeycloakError('REGISTRATION_REFUSED', {
      what: 'Keycloak refused to register a client.',
      // A successful response contains secrets.
      why: `It answered ${spare.status}: ${reason(cause, spare.ok ? '' : await bodyOf(spare))}`,
      fix: spare.status >= 500 ? serverFailed() : registrationFix(cause),
      cause,
    })
  }
}

/** Reads the body of a registration response; `undefined` when it is not one. */
export function readRegistration(server: ServerMetadata, body: string): RegisteredClient | undefined {
  try {
    const client: unknown = JSON.parse(body)
    return isClient(client) ? registeredAt(server, client) : undefined
  } catch {
    return undefined
  }
}

function isClient(value: unknown): value is { readonly client_id: string } {
  return typeof (value as { client_id?: unknown } | null)?.client_id === 'string'
}

/** Members of a registration that later requests use. */
const MEMBERS = [
  'client_secret',
  'token_endpoint_auth_method',
  'registration_access_token',
  'registration_client_uri',
] as const

/**
 * Reads the client of a registration response. Omits members of another type. Omits a `registration_client_uri` that is
 * not on the origin of the registration endpoint, so that the token is not sent elsewhere.
 */
function registeredAt(
  { registration_endpoint: endpoint }: ServerMetadata,
  response: { readonly client_id: string; readonly [member: string]: unknown },
): RegisteredClient {
  const client: Record<string, unknown> & { readonly client_id: string } = { ...response }
  for (const name of MEMBERS) if (typeof client[name] !== 'string') delete client[name]
  if (!isSendable(String(client.registration_access_token))) delete client.registration_access_token
  const uri = URL.parse(String(client.registration_client_uri))
  if (uri?.origin !== URL.parse(endpoint ?? '')?.origin) delete client.registration_client_uri
  return client
}

/** Deletes a registered client in another way than with its own token. */
export type RemoveClient = (clientId: string) => Promise<void>

/**
 * Registers a client, does some work with it, and deletes it, also when the work fails.
 *
 * @param remove deletes a client that may not delete itself. A realm can disable clients or refuse their requests.
 * @throws {McpKeycloakError} `REGISTRATION_REFUSED`, also when the client could not be deleted, `KEYCLOAK_UNREACHABLE`;
 * and the errors of `work`
 */
export async function withRegisteredClient<Result>(
  server: ServerMetadata,
  metadata: ClientMetadata,
  initialAccessToken: string | null | undefined,
  work: (client: RegisteredClient) => Promise<Result>,
  remove?: RemoveClient,
): Promise<Result> {
  const client = await registerClient(server, metadata, initialAccessToken)
  const end = () =>
    deleteClient(client).catch((error: unknown) => {
      if (!remove) throw error
      return remove(client.client_id)
    })
  const result = await work(client).catch(async (error: unknown) => {
    await end().catch(() => {}) // report the first error, not this one
    throw error
  })
  await end()
  return result
}

/**
 * Deletes a client with its own registration access token.
 *
 * @param fetch for an untrusted server
 * @see {@link https://www.rfc-editor.org/rfc/rfc7592.html#section-2.3 RFC 7592 §2.3}
 * @throws {McpKeycloakError} `REGISTRATION_REFUSED`, `KEYCLOAK_UNREACHABLE`
 */
export async function deleteClient(client: RegisteredClient, fetch?: Fetch): Promise<void> {
  const { registration_client_uri: uri, registration_access_token: token } = client
  const response =
    uri &&
    (await withUnreachable(fetch)(uri, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } }))
  if (response && response.status === 204) return
  throw new McpKeycloakError('REGISTRATION_REFUSED', {
    what: `Keycloak did not delete the client ${client.client_id}.`,
    why: response
      ? `It answered ${response.status}: ${response.ok ? 'not 204' : await bodyOf(response)}`
      : "The registration response names no registration_client_uri on the server's origin.",
    fix: 'Delete it in the admin console, under Clients.',
  })
}

/** Reads the body of a refusal. Returns an empty text when it cannot be read. */
async function bodyOf(response: Response): Promise<string> {
  return (await response.text().catch(() => '')).slice(0, LONGEST_QUOTE)
}

/** Fix for a 5xx response, which says nothing about the realm. */
function serverFailed(): string {
  return `${command('logs', { level: 'ERROR' })} shows the reason.`
}

function reason(cause: unknown, body: string): string {
  if (!(cause instanceof ResponseBodyError)) return body || (cause as Error).message
  const { error, error_description: description } = quoted(cause)
  return description ?? error
}

function registrationFix(cause: unknown): string {
  const text = cause instanceof ResponseBodyError ? (cause.error_description ?? '') : ''
  if (text.includes('Trusted Hosts'))
    return `Trust the host in that client's URIs, and name those that were added before, too: ${command('reset-realm', { trustedHost: '<host>' })}`
  if (/Initial Access Token|initial access token/.test(text))
    return `Register with a token: "${command('up')}" prints a new one each time.`
  if (text.includes('Max Clients'))
    return `Delete clients that nobody uses: ${command('clients prune', { unused: true })}`
  return `The realm may have been changed since it was created. To recreate it: ${command('reset-realm')}`
}
