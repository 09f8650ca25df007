import { type AuthorizationServer, discoveryRequest, processDiscoveryResponse } from 'oauth4webapi'
import { z } from 'zod'

import { McpKeycloakError } from '../errors.ts'
import type { Fetch } from './bounded-fetch.ts'
import { requestOptions, withRefusal } from './requests.ts'

/** Authorization server metadata, as far as an MCP client needs it. */
export type ServerMetadata = AuthorizationServer

/** Endpoints that we send requests to, or lead a browser to. */
const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'registration_endpoint',
  'jwks_uri',
  'introspection_endpoint',
] as const

const words = z.array(z.string()).optional()

/** The types of the members that we read: the library checks `issuer` only. */
const metadataSchema = z.looseObject({
  ...Object.fromEntries(ENDPOINTS.map((name) => [name, z.string().optional()])),
  scopes_supported: words,
  code_challenge_methods_supported: words,
})

/**
 * Reads an issuer's metadata at the place of RFC 8414, as MCP clients do first. All endpoints have to be on the issuer's
 * origin. Otherwise metadata could send our requests to another server.
 *
 * @param fetch for an untrusted server
 * @throws {McpKeycloakError} `DISCOVERY_FAILED`, `KEYCLOAK_UNREACHABLE`
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414.html#section-3.1 RFC 8414 §3.1}
 */
export async function discover(issuer: string, fetch?: Fetch): Promise<ServerMetadata> {
  const url = new URL(issuer)
  const options = { algorithm: 'oauth2', ...requestOptions(fetch) } as const
  const server = await withRefusal(
    async () => {
      const response = await discoveryRequest(url, options)
      await assertIssuer(response.clone(), issuer)
      return processDiscoveryResponse(url, response)
    },
    {
      code: 'DISCOVERY_FAILED',
      what: `The metadata of ${issuer} cannot be used.`,
      fix: 'Open that URL with /.well-known/oauth-authorization-server before its path: its "issuer" must be exactly this one.',
    },
  )
  assertTypes(server)
  for (const name of ENDPOINTS) assertAtHome(server, name, url.origin)
  return server
}

/** Refuses metadata of another issuer, which the library does without naming it. */
async function assertIssuer(response: Response, issuer: string): Promise<void> {
  const { issuer: named } = ((await response.json().catch(() => null)) ?? {}) as { readonly issuer?: unknown }
  if (typeof named !== 'string' || named === issuer) return
  throw new McpKeycloakError('DISCOVERY_FAILED', {
    what: `The metadata of ${issuer} names another issuer.`,
    why: `It is ${named.slice(0, 200)}, and a client refuses metadata of an issuer that it did not ask for.`,
    fix: 'Use the address of that issuer, or correct it: a Keycloak takes it from KC_HOSTNAME, or from the attribute "frontendUrl" of the realm.',
  })
}

function assertTypes({ issuer, ...members }: ServerMetadata): void {
  const { error } = metadataSchema.safeParse(members)
  if (!error) return
  const [fault] = error.issues
  throw new McpKeycloakError('DISCOVERY_FAILED', {
    what: `The metadata of ${issuer} cannot be used.`,
    why: `${fault?.path.join('.')}: ${fault?.message}.`,
    fix: 'Endpoints are strings; scopes_supported and code_challenge_methods_supported are lists of strings.',
  })
}

function assertAtHome(server: ServerMetadata, name: (typeof ENDPOINTS)[number], origin: string): void {
  const endpoint = server[name]
  if (endpoint === undefined) return
  const url = URL.parse(endpoint)
  if (url?.origin === origin && url.username === '' && url.password === '') return
  throw new McpKeycloakError('DISCOVERY_FAILED', {
    what: `The authorization server ${server.issuer} has its ${name} at ${(url?.href ?? endpoint).slice(0, 200)}.`,
    why: `It says that it is at ${origin}. Nothing was sent elsewhere.`,
    fix: `Correct its metadata: each endpoint must be at ${origin}.`,
  })
}
