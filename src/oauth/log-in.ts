import {
  authorizationCodeGrantRequest,
  type Client,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomState,
  processAuthorizationCodeResponse,
  type TokenEndpointResponse,
  validateAuthResponse,
} from 'oauth4webapi'

import { McpKeycloakError } from '../errors.ts'
import { type BrowserOptions, browserlessLogin, type Credentials } from './browserless-login.ts'
import { clientAuth } from './client-auth.ts'
import type { ServerMetadata } from './discover.ts'
import type { RegisteredClient } from './register.ts'
import { isSendable, requestOptions, scopeRefused, withRefusal } from './requests.ts'

/** A login, from the client's side. */
export interface LoginRequest {
  readonly client: RegisteredClient
  readonly redirectUri: string
  readonly user: Credentials
  /** Space-separated; none is requested when absent. */
  readonly scope?: string
  /** The MCP URL (RFC 8707), sent at authorization and at the token endpoint as MCP clients do. */
  readonly resource?: string
  /** For an authorization server that is not Keycloak itself, but sends its users there. */
  readonly browser?: BrowserOptions
}

/**
 * Logs a user in with authorization code and PKCE S256, without a browser.
 *
 * @throws {McpKeycloakError} `LOGIN_REFUSED` with the reason of the page or of the server, `KEYCLOAK_UNREACHABLE`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-4.1 RFC 6749 §4.1}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636.html#section-4 RFC 7636 §4}
 */
export async function logIn(server: ServerMetadata, request: LoginRequest): Promise<TokenEndpointResponse> {
  const { client: registered, redirectUri, resource } = request
  const client: Client = { client_id: registered.client_id }
  const verifier = generateRandomCodeVerifier()
  const state = generateRandomState()
  const url = authorizationUrl(server, request, await calculatePKCECodeChallenge(verifier), state)
  const callback = await browserlessLogin(url, redirectUri, request.user, request.browser)
  const ask = async () => {
    const parameters = validateAuthResponse(server, client, callback, state)
    const extra = {
      ...requestOptions(request.browser?.fetch),
      ...(resource && { additionalParameters: { resource } }),
    }
    const auth = clientAuth(registered)
    const response = await authorizationCodeGrantRequest(
      server,
      client,
      auth,
      parameters,
      redirectUri,
      verifier,
      extra,
    )
    return processAuthorizationCodeResponse(server, client, response)
  }
  const tokens = await withRefusal(ask, {
    code: 'LOGIN_REFUSED',
    what: `Keycloak gave no token to the client ${registered.client_id}.`,
    fix: 'Look at what that client registered with: its scopes, its redirect URI, how it authenticates.',
    byError: { invalid_scope: scopeRefused(registered.client_id, request.scope, server) },
  })
  if (isSendable(tokens.access_token)) return tokens
  throw new McpKeycloakError('LOGIN_REFUSED', {
    what: `The access token for the client ${registered.client_id} cannot be used.`,
    why: 'It has characters that no HTTP header may have.',
    fix: 'Let the authorization server issue tokens of letters, digits and -._~+/= only (RFC 6750, section 2.1).',
  })
}

function authorizationUrl(
  server: ServerMetadata,
  request: LoginRequest,
  challenge: string,
  state: string,
): URL {
  const { authorization_endpoint: endpoint = '', issuer } = server
  if (!URL.canParse(endpoint)) {
    throw new McpKeycloakError('DISCOVERY_FAILED', {
      what: `The authorization server ${issuer} has no authorization_endpoint.`,
      why: 'Its metadata does not name one, so nobody can log in there.',
      fix: 'Add authorization_endpoint to its metadata.',
    })
  }
  const url = new URL(endpoint)
  const parameters = {
    response_type: 'code',
    client_id: request.client.client_id,
    redirect_uri: request.redirectUri,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state,
    ...(request.scope && { scope: request.scope }),
    ...(request.resource && { resource: request.resource }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}
