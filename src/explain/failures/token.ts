import { resetCommand, resetWithout } from '../../config/reset-command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** What the token endpoint and its neighbours refuse. */
export const TOKEN_FAILURES: readonly KnownFailure[] = [
  {
    id: 'code-verifier-missing',
    topic: 'token',
    example: '{"error":"invalid_grant","error_description":"PKCE code verifier not specified"}',
    text: [/PKCE code verifier not specified/],
    events: [{ type: /^CODE_TO_TOKEN_ERROR$/, error: 'code_verifier_missing' }],
    explain: () => ({
      what: 'The client sent no code_verifier.',
      why: 'It began the login with PKCE and fetches the token without.',
      fix: 'Send the code_verifier that belongs to the code_challenge; a proxy in between must let it through.',
    }),
    link: LINKS.pkce,
  },
  {
    id: 'code-verifier-wrong',
    topic: 'token',
    example: '{"error":"invalid_grant","error_description":"PKCE verification failed: Code mismatch"}',
    text: [/PKCE verification failed/],
    events: [{ type: /^CODE_TO_TOKEN_ERROR$/, error: 'pkce_verification_failed' }],
    explain: () => ({
      what: 'The code_verifier does not belong to the code_challenge of the login.',
      why: 'Two logins ran at once, e.g. in two windows, and one took the verifier of the other.',
      fix: 'Close the other windows of the program and log in again.',
    }),
    link: LINKS.pkce,
  },
  {
    id: 'code-not-valid',
    topic: 'token',
    example: '{"error":"invalid_grant","error_description":"Code not valid"}',
    text: [/\bCode not valid\b/, /Code '[^']*' already used for userSession/],
    events: [{ type: /^CODE_TO_TOKEN_ERROR$/, error: 'invalid_code' }],
    explain: () => ({
      what: 'The code of the login is used up, too old, or cut off.',
      why: 'A code is good once and for a minute. A program that sends it twice, e.g. after a reload of its callback page, loses the first token too.',
      fix: 'Log in again.',
    }),
    link: LINKS.oauth,
  },
  {
    id: 'redirect-uri-differs',
    topic: 'token',
    example: '{"error":"invalid_grant","error_description":"Incorrect redirect_uri"}',
    text: [
      /Incorrect redirect_uri/,
      /Saved redirectUri: (?<saved>\S+), redirectUri parameter: (?<sent>[^\s",]+)/,
    ],
    events: [
      {
        type: /^CODE_TO_TOKEN_ERROR$/,
        error: 'invalid_redirect_uri',
        details: { reason: /Saved redirectUri: (?<saved>\S+), redirectUri parameter: (?<sent>\S+)/ },
      },
      { type: /^CODE_TO_TOKEN_ERROR$/, error: 'invalid_redirect_uri' },
    ],
    culprit: ({ sent }) => sent,
    explain: ({ saved, sent }) => ({
      what: 'The token request has another redirect_uri than the login.',
      why: sent
        ? `The login began with ${saved}, the token is fetched with ${sent}.`
        : 'Both have to be equal to the letter; the event on the server has both.',
      fix: 'Send the same redirect_uri in both requests.',
    }),
    link: LINKS.redirects,
  },
  {
    id: 'refresh-token-reused',
    topic: 'token',
    example: '{"error":"invalid_grant","error_description":"Maximum allowed refresh token reuse exceeded"}',
    text: [/Maximum allowed refresh token reuse exceeded/],
    events: [{ type: /^REFRESH_TOKEN_ERROR$/, details: { reason: /refresh token reuse exceeded/ } }],
    explain: (_, __, { options }) => ({
      what: 'The client used a refresh token twice.',
      why: 'The realm gives a new one each time (overlay "strict") and ends the session when an old one comes back, as from two windows at once.',
      fix: `Log in again; use the refresh token of the latest answer.\nOr without rotation: ${resetWithout('strict', options)} (without "strict")`,
    }),
    link: LINKS.rotation,
  },
  {
    id: 'refresh-token-of-another-client',
    topic: 'token',
    example: "Invalid refresh token. Token client and authorized client don't match",
    text: [/Token client and authorized client don't match/],
    events: [{ type: /^REFRESH_TOKEN_ERROR$/, details: { reason: /Token client and authorized client/ } }],
    explain: () => ({
      what: 'The refresh token belongs to another client.',
      why: 'The program has registered anew and kept the tokens of its former client.',
      fix: 'Make the program forget its tokens, too: log out, then log in.',
    }),
    stale: true,
    link: LINKS.staleClient,
  },
  {
    id: 'session-ended',
    topic: 'token',
    example: '{"error":"invalid_grant","error_description":"Session not active"}',
    text: [
      /Session not active/,
      /"Stale token"/,
      /Session doesn't have required client/,
      /Invalid refresh token(?!\. Token client)/,
      /user_session_not_found/,
    ],
    events: [
      {
        type: /^REFRESH_TOKEN_ERROR$/,
        details: { reason: /^(?:Session |Stale token$|Invalid refresh token$|Token is not active)/ },
      },
      { error: 'user_session_not_found' },
    ],
    explain: () => ({
      what: 'The session of the token has ended.',
      why: 'The realm was made anew (sessions end then), somebody logged out, or it idled too long. Access tokens that are not expired still verify offline.',
      fix: 'Log in again. A program that does not offer it: log out of the MCP server there first.',
    }),
    link: LINKS.oauth,
  },
  {
    id: 'introspection-audience',
    topic: 'token',
    example: '{"active":false}',
    text: [/\{ ?"active": ?false ?\}/, /Client '(?<client>[^']+)' is not in the token audience/],
    events: [
      {
        type: /^INTROSPECT_TOKEN_ERROR$/,
        details: { reason: /^Client '(?<client>.+)' is not in the token audience/ },
      },
      { type: /^INTROSPECT_TOKEN_ERROR$/ },
    ],
    culprit: ({ client }) => client,
    explain: (_, client, { options }) => ({
      what: client
        ? `The client ${client} asked about a token that is not for it.`
        : 'The token is not active for whoever asked.',
      why: 'Keycloak tells of a token only to clients in its "aud". A token that is expired, or of another realm, looks the same: {"active":false}.',
      fix: `mcp-keycloak token --decode (look at "aud")\nThen: ${resetCommand(options, { mcpUrl: ['<mcp url>'] })}, and let the server introspect as that client.`,
    }),
    link: LINKS.introspection,
  },
  {
    id: 'userinfo-without-openid',
    topic: 'token',
    example: 'error="insufficient_scope", error_description="Missing openid scope"',
    text: [/Missing openid scope/],
    events: [{ type: /^USER_INFO_REQUEST_ERROR$/, details: { reason: /openid scope/ } }],
    explain: () => ({
      what: 'The user info was asked for with a token that has no scope "openid".',
      why: 'OpenID Connect gives user info for logins with openid alone.',
      fix: 'Let the client ask for openid; or read the claims in the token: mcp-keycloak token --decode',
    }),
    link: LINKS.userInfo,
  },
  {
    id: 'token-not-of-this-realm',
    topic: 'token',
    example: 'error="invalid_token", error_description="Token verification failed"',
    text: [/Token verification failed/],
    events: [{ type: /^USER_INFO_REQUEST_ERROR$/, error: 'invalid_token' }],
    explain: () => ({
      what: 'The token is expired, damaged, or of another realm.',
      why: 'The realm did not sign it, or it is not good any more.',
      fix: 'mcp-keycloak token --decode (compare "iss" and "exp" with those of your token)',
    }),
    link: LINKS.bearer,
  },
  {
    id: 'offline-access-not-allowed',
    topic: 'token',
    example:
      '{"error":"not_allowed","error_description":"Offline tokens not allowed for the user or client"}',
    text: [/Offline tokens not allowed for the user or client/],
    events: [{ type: /_ERROR$/, details: { reason: /^Offline tokens not allowed/ } }],
    explain: (_, __, { options }) => ({
      what: 'The user may not have an offline token.',
      why: 'It lacks the role "offline_access". Users from a realm file get no default roles; MCP clients ask for offline_access by themselves.',
      fix: `${resetCommand(options, { user: ['<name>:<password>'] })} (it then has the role)\nOr give it the role in the admin console, or "realmRoles": ["default-roles-<realm>"] in the realm file.`,
    }),
    link: LINKS.offlineAccess,
  },
  {
    id: 'resource-not-known',
    topic: 'token',
    example:
      '{"error":"invalid_target","error_description":"The requested resource is invalid, missing, unknown, or malformed."}',
    text: [
      /\binvalid_target\b/,
      /The requested resource is (?:invalid, missing, unknown, or malformed|not matching the original request)/,
    ],
    events: [{ type: /_ERROR$/, error: 'invalid_target' }],
    explain: (_, __, { options }) => ({
      what: 'The client asks for a token for a resource that the realm does not know.',
      why: 'With the feature resource-indicators the "resource" has to be equal to an MCP URL of the realm to the letter: no other host name, no slash more or less.',
      fix: resetCommand(options, { mcpUrl: ['<mcp url>'] }),
    }),
    link: LINKS.resourceIndicators,
  },
  {
    id: 'grant-type-unknown',
    topic: 'token',
    example: '{"error":"unsupported_grant_type","error_description":"Unsupported grant_type"}',
    text: [/Unsupported grant_type/],
    explain: () => ({
      what: 'The token endpoint does not know that grant type.',
      why: 'It is misspelt, or belongs to a feature that the server runs without.',
      fix: 'Use authorization_code or refresh_token; for token exchange: urn:ietf:params:oauth:grant-type:token-exchange',
    }),
    link: LINKS.oauth,
  },
]
