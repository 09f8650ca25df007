import { command } from '../../config/command.ts'
import type { Cause } from '../causes.ts'
import type { KnownFailure, Topic } from '../known-failure.ts'
import { LINKS } from '../links.ts'

const LOG = () => `${command('logs --explain', { since: '10m' })} (shows the real reason)`
const DECODE = () => `${command('token', { decode: true })} (compare "aud", "iss" and "exp" with your token)`

/** An error code that a program shows alone: `[codes, topic, cause, what, why, fix, link]`. */
type CodeRow = readonly [
  codes: string,
  topic: Topic,
  cause: Cause,
  what: string,
  why: string,
  fix: () => string,
  link: string,
]

const ROWS: readonly CodeRow[] = [
  [
    'invalid_grant',
    'token',
    'code',
    'The token endpoint does not accept the code, the refresh token or the password.',
    'A code was used twice or is older than a minute, the code_verifier or the redirect_uri differs, or the session of a refresh token has ended. "error_description" and the log of the server say which.',
    LOG,
    LINKS.oauth,
  ],
  [
    'invalid_client',
    'token',
    'client-authentication',
    'Keycloak does not know the client, or the client could not authenticate.',
    'The client id is from before the realm was recreated, or the secret is wrong. A self-registered program must forget its client.',
    LOG,
    LINKS.oauth,
  ],
  [
    'unauthorized_client',
    'token',
    'client-authentication',
    'The client could not authenticate, or it may not use this flow.',
    'The secret is wrong or missing, or the flow (standard, direct access grants, service account) is off for the client.',
    LOG,
    LINKS.oauth,
  ],
  [
    'invalid_request',
    'login',
    'wrong-request',
    'The request lacks a parameter, or a parameter is wrong.',
    'Often code_challenge is missing (a managed realm requires PKCE), or a parameter is there twice.',
    LOG,
    LINKS.oauth,
  ],
  [
    'access_denied|not_authorized',
    'login',
    'login-cancelled',
    'The login or the token was refused.',
    'Usually the user answered No on the consent page or closed it. In a token exchange the user or the client lacks a right.',
    LOG,
    LINKS.oauth,
  ],
  [
    'invalid_token',
    'mcp-server',
    'unspecified',
    'The token is not accepted.',
    'Its "aud" is not the MCP URL, its "iss" is another one, it has expired, or another realm signed it. The log of the MCP server has the reason.',
    DECODE,
    LINKS.bearer,
  ],
  [
    'invalid_client_metadata|invalid_software_statement|unapproved_software_statement',
    'registration',
    'registration-refused',
    'Keycloak does not accept a member of the registration.',
    'Usually the token_endpoint_auth_method is unknown, or a scope or a redirect URI is not allowed. Keycloak takes no software statements.',
    LOG,
    LINKS.registration,
  ],
  [
    'unsupported_response_type|unsupported_response_mode|unsupported_token_type|request_not_supported|request_uri_not_supported|registration_not_supported|invalid_request_uri|invalid_request_object',
    'login',
    'wrong-request',
    'The request uses an option of OpenID Connect that the client or the realm does not have.',
    'MCP clients send response_type=code and no request object. Another value needs a switch of the client.',
    LOG,
    LINKS.oauth,
  ],
  [
    'server_error',
    'login',
    'unspecified',
    'The server failed on the request and gives no reason.',
    'The code stands for a fault inside the server. Its log has the exception.',
    () => command('logs', { since: '10m', level: 'ERROR' }),
    LINKS.oauth,
  ],
  [
    'temporarily_unavailable|authentication_expired',
    'login',
    'session-gone',
    'The login was not finished in time, or the server is just starting.',
    'Keycloak ends a login page after 30 minutes and answers temporarily_unavailable (authentication_expired).',
    () => `Begin the login again.\n${command('status')} (shows whether Keycloak is ready)`,
    LINKS.oauth,
  ],
  [
    'login_required|interaction_required|account_selection_required|consent_required',
    'login',
    'session-gone',
    'The program asked for a login without a page (prompt=none), and the user must see one.',
    'The browser has no session of the realm, it blocks third-party cookies, or the user did not consent to the client yet.',
    () => 'Begin a login without prompt=none. In a browser, open the program under localhost.',
    LINKS.silentLogin,
  ],
  [
    'invalid_dpop_proof|use_dpop_nonce|invalid_dpop_key_binding',
    'token',
    'wrong-request',
    'The DPoP proof of the request is missing or wrong.',
    'The token is bound to a key (DPoP). Each request needs a new proof with the exact method and URL, the same key, and a clock that is right.',
    () => `Send a proof, or switch "Require DPoP bound tokens" off for the client.\n${LOG()}`,
    LINKS.dpop,
  ],
  [
    'authorization_pending|slow_down',
    'token',
    'login-cancelled',
    'The login on the other device is not finished.',
    'This is normal: the program asks again until the user has entered the code and allowed the client. After slow_down it must wait 5 seconds longer.',
    () => 'Open the address that the program shows, enter the code and answer Yes.',
    LINKS.deviceFlow,
  ],
]

/** Codes that say nothing beside a description that is not known. */
export const SAYS_LITTLE = /^(?:invalid_request|invalid_token|access_denied|server_error)/

/** The codes in the response of a server, as programs quote it. */
function inResponse(codes: string): RegExp {
  const alone = SAYS_LITTLE.test(codes) ? `["']\\s?\\}` : ''
  return new RegExp(
    `(?:\\bErrorResponse: |\\b(?:error|status)(?: response)?["']?\\s?[:=]\\s?u?["']?|\\boauth2: ["'])(?:${codes})\\b${alone}${alone ? '' : `|\\b(?:[Ff]ailed|[Ee]rror)\\b[^:]{0,60}: (?:${codes})\\.?$`}`,
  )
}

/** Error codes of OAuth without a description. They are frames: a clearer failure beside them wins. */
export const CODE_FAILURES: readonly KnownFailure[] = ROWS.map(
  ([codes, topic, cause, what, why, fix, link]) => ({
    id: `code-${codes.replace(/\|.*/, '').replaceAll('_', '-')}`,
    topic,
    cause,
    example: codes.replace(/\|.*/, ''),
    text: [new RegExp(`^(?:${codes})$`), inResponse(codes)],
    vague: 'any',
    explain: () => ({ what, why, fix: fix() }),
    link,
  }),
)
