import { command } from '../../config/command.ts'
import { resetCommand } from '../../config/reset-command.ts'
import type { EventPattern, KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Keycloak also reports client_not_found for the audience of a token exchange. */
const UNKNOWN_AT_TOKEN: EventPattern = {
  type: /^(?!LOGIN_ERROR)\w+_ERROR$/,
  error: 'client_not_found',
  details: { reason: /^(?!audience not found)/ },
}

/** Failures of client authentication, tokens without a login, and token exchange. */
export const CLIENT_FAILURES: readonly KnownFailure[] = [
  {
    id: 'auth-method-differs',
    topic: 'token',
    cause: 'client-authentication',
    example:
      "Invalid method used to get client secret. Client requires method 'client_secret_post' to obtain client secret from the request",
    text: [/Invalid method used to get client secret\.(?: Client requires method '(?<method>\w+)')?/],
    culprit: ({ method }) => method,
    explain: (_, method) => ({
      what: 'The client does not send its secret with the method that it registered.',
      why: `It registered with ${method ?? 'another method'}. Keycloak accepts only the token_endpoint_auth_method of the registration.`,
      fix: `Authenticate with ${method ?? 'the method of the registration'}, or register the client with the method that it uses.`,
    }),
    link: LINKS.authMethod,
  },
  {
    id: 'client-secret-wrong',
    topic: 'token',
    cause: 'client-authentication',
    example:
      '{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}',
    text: [
      /(?:unauthorized_client|UnauthorizedClientError)\b.*Invalid client or Invalid client credentials/,
      /doesn't have secret available|[Tt]oken exchange failed: HTTP 401|Invalid client secret|Client secret not provided in request|[Ii]ncorrect client (?:credentials|secret)|client_secret["'`]? (?:is )?(?:missing|required|not provided|wrong|invalid)/,
    ],
    events: [{ type: /_ERROR$/, error: 'invalid_client_credentials', clientId: /^(?<client>.+)$/ }],
    culprit: ({ client }) => client,
    explain: (_, client) => ({
      what: `The client${client ? ` ${client}` : ''} could not authenticate.`,
      why: 'Its secret is missing or wrong, or it was not sent with the method of the registration. Only the response to the client shows which; the event does not.',
      fix: `${command('env')} (shows the secrets of the realm's own clients)\nFor a self-registered program: make it forget its client.`,
    }),
    stale: true,
    link: LINKS.oauth,
  },
  {
    id: 'client-not-identified',
    topic: 'token',
    cause: 'client-authentication',
    example:
      '{"error":"unauthorized_client","error_description":"UNKNOWN_CLIENT: Client was not identified by any client authenticator"}',
    text: [
      /Client was not identified by any client authenticator|Missing parameters?: client_id\b/,
      /Parameter client_assertion(?:_type)? is missing|[Mm]ust not use multiple authentication methods/,
      /PublicKey wasn't found in the storage\. Requested kid: '(?<kid>[^']*)'/,
      /client authentication (?:failed|with .{1,30} failed)(?!: Invalid redirect)|client_credentials_setup_required|certificate is not available for mutual SSL|\bInvalidClientAuth\b|Unexpected error when authenticating client/i,
    ],
    events: [{ type: /_ERROR$/, error: 'client_credentials_setup_required', clientId: /^(?<client>.+)$/ }],
    culprit: ({ client }) => client,
    explain: (_, client) => ({
      what: `The request does not authenticate the client${client ? ` ${client}` : ''} in the way that its settings name.`,
      why: 'The client is set to another authenticator (secret, signed JWT, certificate), the request has no client_id, it has two kinds of credentials, or the key id of its signed JWT is not among its keys.',
      fix: 'Admin console, Clients, the client, Credentials: compare "Client Authenticator" with what the program sends.\nA public client sends client_id only, and PKCE.',
    }),
    link: LINKS.oauth,
  },
  {
    id: 'client-unknown',
    topic: 'token',
    cause: 'client-authentication',
    example: '{"error":"invalid_client","error_description":"Invalid client or Invalid client credentials"}',
    text: [
      /(?:invalid_client|InvalidClientError)\b.*Invalid client or Invalid client credentials/,
      /\bInvalidClientError\b/,
    ],
    events: [{ ...UNKNOWN_AT_TOKEN, clientId: /^(?<client>.+)$/ }, UNKNOWN_AT_TOKEN],
    stale: true,
    culprit: ({ client }) => client,
    explain: (_, client) => ({
      what: `The token endpoint does not know the client${client ? ` ${client}` : ''}.`,
      why: 'The program uses a client id from before the realm was recreated, or from another server.',
      fix: 'Make the program forget its client: it then registers again.',
    }),
    link: LINKS.staleClient,
  },
  {
    id: 'token-without-login',
    topic: 'token',
    cause: 'wrong-request',
    example: '{"error":"invalid_request","error_description":"Request not allowed"}',
    text: [
      /\bRequest not allowed\b/,
      /[Cc]lient (?:is )?not (?:allowed for direct access grants|(?:enabled|allowed) to retrieve service account)/,
    ],
    events: [
      { details: { client_policy_error_detail: /^Request not allowed$/, grant_type: /^(?<grant>.+)$/ } },
      { details: { reason: /^Client not allowed for direct access grants/, grant_type: /^(?<grant>.+)$/ } },
    ],
    culprit: ({ grant }) => grant,
    explain: (_, grant, { options }) => ({
      what: `The client wants a token without a login${grant ? ` (${grant})` : ''}.`,
      why: 'Anyone may register a client, so such a client gets a token only when a user logs in.',
      fix: `For a script: ${command('token')}\nFor a program that has no user: ${resetCommand(options, { with: ['service-account'], serviceAccount: ['<name>'] })}`,
    }),
    link: LINKS.mcpGuide,
  },
  {
    id: 'token-exchange-off',
    topic: 'token',
    cause: 'token-exchange',
    example: 'Standard token exchange is not enabled for the requested client',
    text: [
      /Standard token exchange is not enabled for the requested client|[Cc]lient (?:is )?not allowed to exchange/,
    ],
    events: [{ type: /^TOKEN_EXCHANGE_ERROR$/, details: { reason: /not enabled for the requested client/ } }],
    explain: (_, __, { options }) => ({
      what: 'The client is not allowed to exchange tokens.',
      why: 'Only a confidential client with "Standard token exchange" switched on can exchange tokens. A public client never can.',
      fix: `${resetCommand(options, { with: ['token-exchange'] })}\nThen exchange the token as the MCP server: ${command('env')} shows its id and secret.`,
    }),
    link: LINKS.tokenExchange,
  },
  {
    id: 'token-exchange-audience',
    topic: 'token',
    cause: 'token-exchange',
    example: '{"error":"access_denied","error_description":"Client is not within the token audience"}',
    text: [/Client is not within the token audience/],
    events: [{ type: /^TOKEN_EXCHANGE_ERROR$/, details: { reason: /not within the token audience/ } }],
    explain: () => ({
      what: 'The client exchanges a token that was not issued for it.',
      why: 'A client can exchange a token only if the token\'s "aud" contains it. The client whose id is the MCP URL is in "aud".',
      fix: `Exchange the token as that client: ${command('snippets', 'fastmcp-token-exchange')}`,
    }),
    link: LINKS.tokenExchange,
  },
  {
    id: 'token-exchange-target',
    topic: 'token',
    cause: 'token-exchange',
    example: 'Requested audience not available: downstream-api',
    text: [/Requested audience not available: (?<audience>[^\s",}]+)/, /(?<missing>Audience not found)/],
    events: [
      { type: /^TOKEN_EXCHANGE_ERROR$/, details: { reason: /audience not available: (?<audience>\S+)/ } },
      {
        type: /^TOKEN_EXCHANGE_ERROR$/,
        details: { reason: /^audience not found/, audience: /^(?<audience>.+)$/ },
      },
    ],
    culprit: ({ audience }) => audience,
    explain: ({ audience }, _, { options }) => ({
      what: `The token cannot be exchanged for ${audience ? `"${audience}"` : 'that audience'}.`,
      why: 'The realm has no such client, the request lacks the scope of that client, or the user lacks its role.',
      fix: `${resetCommand(options, { with: ['token-exchange'], downstream: [`${audience ?? '<client>'}:<role>`] })}\nThen send "scope" too, and log in as a user with that role.`,
    }),
    link: LINKS.tokenExchange,
  },
  {
    id: 'token-exchange-offline',
    topic: 'token',
    cause: 'token-exchange',
    example: 'Scope offline_access not allowed for token exchange',
    text: [/Scope offline_access not allowed for token exchange/],
    explain: () => ({
      what: 'An exchanged token cannot be an offline token.',
      why: 'Keycloak refuses the scope offline_access in a token exchange.',
      fix: 'Remove offline_access from the token exchange. Exchange the token again when it expires.',
    }),
    link: LINKS.tokenExchange,
  },
  {
    id: 'token-request-unauthorized',
    topic: 'token',
    cause: 'client-authentication',
    example: 'POST http://localhost:8080/realms/fastmcp/protocol/openid-connect/token 401 (Unauthorized)',
    text: [
      /\/openid-connect\/token\b\S{0,3} .{0,20}\b401\b|\b401 (?:Client Error: )?Unauthorized (?:for|from|on)\b.{0,12} \S*\/openid-connect\/token\b/,
    ],
    vague: 'topic',
    explain: () => ({
      what: 'The token endpoint does not accept the client.',
      why: 'Its secret is wrong or missing. A page in a browser has no secret, so its client must be public. A client id from before the realm was recreated gives the same.',
      fix: `Admin console, Clients, the client, Settings: "Client authentication" is off for a public client.\n${command('logs --explain', { since: '10m' })}`,
    }),
    link: LINKS.oauth,
  },
  {
    id: 'token-exchange-failed',
    topic: 'token',
    cause: 'code',
    example: 'OAuthTokenError: Token exchange failed (400)',
    text: [
      /(?:400 (?:Client Error: )?Bad Request for url: \S+\/openid-connect\/token\b|Token exchange failed|OAuth token exchange failed|[Ff]ailed to (?:turn code into token|exchange (?:the )?(?:authorization )?code)|Error redeeming code during)(?!: HTTP 401|.{0,120}(?:error response: (?!invalid_grant)|no access token found))/,
    ],
    vague: 'any',
    explain: () => ({
      what: 'The program did not get a token for the code of the login.',
      why: 'The response of the token endpoint has the reason: the code, the client, the redirect URI or the code verifier.',
      fix: command('logs --explain', { since: '10m' }),
    }),
    link: LINKS.oauth,
  },
]
