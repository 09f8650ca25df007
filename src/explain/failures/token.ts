import { command } from '../../config/command.ts'
import { resetCommand, resetWithout } from '../../config/reset-command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Refusals of the token endpoint, introspection and user info. */
export const TOKEN_FAILURES: readonly KnownFailure[] = [
  {
    id: 'code-verifier-missing',
    topic: 'token',
    cause: 'pkce',
    example: '{"error":"invalid_grant","error_description":"PKCE code verifier not specified"}',
    text: [/(?:PKCE )?code[_ ]verifier (?:not specified|is (?:missing|required))|[Mm]issing code_verifier/],
    events: [{ type: /^CODE_TO_TOKEN_ERROR$/, error: 'code_verifier_missing' }],
    explain: () => ({
      what: 'The client sent no code_verifier.',
      why: 'It began the login with PKCE, but sent the token request without it.',
      fix: 'Send the code_verifier of the code_challenge. A proxy must pass it on.',
    }),
    link: LINKS.pkce,
  },
  {
    id: 'code-verifier-wrong',
    topic: 'token',
    cause: 'pkce',
    example: '{"error":"invalid_grant","error_description":"PKCE verification failed: Code mismatch"}',
    text: [
      /PKCE verification failed|PKCE (?:check|validation) failed|code_verifier (?:does not|did not|doesn't) match/,
    ],
    events: [{ type: /^CODE_TO_TOKEN_ERROR$/, error: 'pkce_verification_failed' }],
    explain: () => ({
      what: 'The code_verifier does not belong to the code_challenge of the login.',
      why: 'Two logins ran at the same time, for example in two windows, and one used the verifier of the other.',
      fix: 'Close the other windows of the program and log in again.',
    }),
    link: LINKS.pkce,
  },
  {
    id: 'code-not-valid',
    topic: 'token',
    cause: 'code',
    example: '{"error":"invalid_grant","error_description":"Code not valid"}',
    text: [
      /\bCode not valid\b/,
      /Code '[^']*' already used for userSession|error=expired_code/,
      /[Aa]uthori[sz]ation code (?:is |was |has )?(?:already |been )*(?:expired|used|invalid|not valid|not found|redeemed)|[Ii]nvalid authori[sz]ation code|[Cc]ode (?:is |has )expired/,
    ],
    events: [{ type: /^CODE_TO_TOKEN_ERROR$/, error: 'invalid_code' }, { error: 'expired_code' }],
    explain: () => ({
      what: 'The code of the login was already used, has expired, or is incomplete.',
      why: 'A code is valid once and for one minute. If a program sends it twice, for example after a reload of its callback page, the first token becomes invalid too.',
      fix: 'Log in again.',
    }),
    link: LINKS.oauth,
  },
  {
    id: 'redirect-uri-differs',
    topic: 'token',
    cause: 'redirect-uri',
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
      what: 'The redirect_uri of the token request differs from that of the login.',
      why: sent
        ? `The login used ${saved}, the token request uses ${sent}.`
        : 'Both must be exactly equal. The event on the server has both values.',
      fix: 'Send the same redirect_uri in both requests.',
    }),
    link: LINKS.redirects,
  },
  {
    id: 'refresh-token-reused',
    topic: 'token',
    cause: 'session-gone',
    example: '{"error":"invalid_grant","error_description":"Maximum allowed refresh token reuse exceeded"}',
    text: [/Maximum allowed refresh token reuse exceeded/],
    events: [{ type: /^REFRESH_TOKEN_ERROR$/, details: { reason: /refresh token reuse exceeded/ } }],
    explain: (_, __, { options }) => ({
      what: 'The client used a refresh token twice.',
      why: 'With the overlay "strict" the realm issues a new refresh token each time. It ends the session when an old one is used again, for example by two windows.',
      fix: `Log in again, and always use the refresh token of the latest response.\nOr turn rotation off: ${resetWithout('strict', options)} (without "strict")`,
    }),
    link: LINKS.rotation,
  },
  {
    id: 'refresh-token-of-another-client',
    topic: 'token',
    cause: 'session-gone',
    example: "Invalid refresh token. Token client and authorized client don't match",
    text: [/Token client and authorized client don't match/],
    events: [{ type: /^REFRESH_TOKEN_ERROR$/, details: { reason: /Token client and authorized client/ } }],
    explain: () => ({
      what: 'The refresh token belongs to another client.',
      why: 'The program registered again, but kept the tokens of its previous client.',
      fix: 'Make the program forget its tokens too: log out, then log in.',
    }),
    stale: true,
    link: LINKS.staleClient,
  },
  {
    id: 'session-ended',
    topic: 'token',
    cause: 'session-gone',
    covers: ['expiry'],
    example: '{"error":"invalid_grant","error_description":"Session not active"}',
    text: [
      /Session not active/,
      /"Stale token"/,
      /Session doesn't have required client/,
      /Invalid refresh token(?!\. Token client)/,
      /user_session_not_found|Offline (?:user )?session not found|\bStale token\b|refresh_token is (?:invalid|expired)/,
      /(?<!Exception: )[Tt]oken is not active\b|(?<!grant or )[Rr]efresh token (?:is |was |has (?:been )?)?(?:expired|revoked|rejected|not found|invalid)|OAuth refresh token was rejected|[Tt]oken (?:has been|is) expired or revoked|[Tt]oken refresh failed|RefreshAccessTokenError|[Ee]rror refreshing (?:the )?access token|refresh token is null/,
    ],
    events: [
      {
        type: /^REFRESH_TOKEN_ERROR$/,
        details: { reason: /^(?:Session |Stale token$|Invalid refresh token$|Token is not active)/ },
      },
      { type: /^REFRESH_TOKEN_ERROR$/, error: 'invalid_token', details: { reason: /^$/ } },
      { error: 'user_session_not_found' },
      { type: /^LOGOUT_ERROR$/, error: 'invalid_token' },
    ],
    explain: () => ({
      what: 'The session of the token has ended.',
      why: 'The realm was recreated (which ends all sessions), the user logged out, or the session was idle too long. Unexpired access tokens still verify offline.',
      fix: 'Log in again. If the program does not offer a login, log out of the MCP server there first.',
    }),
    link: LINKS.oauth,
  },
  {
    id: 'introspection-audience',
    topic: 'token',
    cause: 'audience',
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
        ? `The client ${client} asked about a token that was not issued for it.`
        : 'The token is not active for the client that asked.',
      why: 'Keycloak describes a token only to clients in its "aud". For an expired token, or one of another realm, the response is the same: {"active":false}.',
      fix: `${command('token', { decode: true })} (look at "aud")\nThen: ${resetCommand(options, { mcpUrl: ['<mcp url>'] })}, and configure the server to introspect as that client.`,
    }),
    link: LINKS.introspection,
  },
  {
    id: 'userinfo-without-openid',
    topic: 'token',
    cause: 'scope',
    example: 'error="insufficient_scope", error_description="Missing openid scope"',
    text: [/Missing openid scope/],
    events: [{ type: /^USER_INFO_REQUEST_ERROR$/, details: { reason: /openid scope/ } }],
    explain: () => ({
      what: 'The user info request has a token without the scope "openid".',
      why: 'OpenID Connect returns user info only for logins with openid.',
      fix: `Configure the client to request openid, or read the claims in the token: ${command('token', { decode: true })}`,
    }),
    link: LINKS.userInfo,
  },
  {
    id: 'token-not-of-this-realm',
    topic: 'token',
    cause: 'signature',
    example: 'error="invalid_token", error_description="Token verification failed"',
    text: [
      /Token verification failed(?!: \w)/,
      /invalid_grant\W{1,9}error_description\W{1,9}Invalid bearer token/,
    ],
    events: [{ type: /^USER_INFO_REQUEST_ERROR$/, error: 'invalid_token' }],
    explain: () => ({
      what: 'The token is expired, damaged, or from another realm.',
      why: 'The realm did not sign it, or it is no longer valid.',
      fix: `${command('token', { decode: true })} (compare "iss" and "exp" with those of your token)`,
    }),
    link: LINKS.bearer,
  },
  {
    id: 'offline-access-not-allowed',
    topic: 'token',
    cause: 'offline-access',
    example:
      '{"error":"not_allowed","error_description":"Offline tokens not allowed for the user or client"}',
    text: [/Offline tokens not allowed for the user or client/],
    events: [{ type: /_ERROR$/, details: { reason: /^Offline tokens not allowed/ } }],
    explain: (_, __, { options }) => ({
      what: 'The user is not allowed to get an offline token.',
      why: 'The user lacks the role "offline_access". Users in a realm file get no default roles, and MCP clients request offline_access automatically.',
      fix: `${resetCommand(options, { user: ['<name>:<password>'] })} (creates the user with the role)\nOr give the user the role in the admin console, or "realmRoles": ["default-roles-<realm>"] in the realm file.`,
    }),
    link: LINKS.offlineAccess,
  },
  {
    id: 'resource-not-known',
    topic: 'token',
    cause: 'audience',
    example:
      '{"error":"invalid_target","error_description":"The requested resource is invalid, missing, unknown, or malformed."}',
    text: [
      /\binvalid_target\b/,
      /The requested resource is (?:invalid, missing, unknown, or malformed|not matching the original request)/,
    ],
    events: [{ type: /_ERROR$/, error: 'invalid_target' }],
    explain: (_, __, { options }) => ({
      what: 'The client requests a token for a resource that the realm does not know.',
      why: 'With the feature resource-indicators, the "resource" must equal an MCP URL of the realm, including host name and trailing slash.',
      fix: resetCommand(options, { mcpUrl: ['<mcp url>'] }),
    }),
    link: LINKS.resourceIndicators,
  },
  {
    id: 'grant-type-unknown',
    topic: 'token',
    cause: 'wrong-request',
    example: '{"error":"unsupported_grant_type","error_description":"Unsupported grant_type"}',
    text: [/Unsupported grant_type/],
    explain: () => ({
      what: 'The token endpoint does not know that grant type.',
      why: 'It is misspelled, or it belongs to a feature that is off on this server.',
      fix: 'Use authorization_code or refresh_token; for token exchange: urn:ietf:params:oauth:grant-type:token-exchange',
    }),
    link: LINKS.oauth,
  },
]
