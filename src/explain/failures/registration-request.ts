import { resetCommand } from '../../config/reset-command.ts'
import { PINNED_VERSION } from '../../config/versions.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** In the log of the server, which answers no more than that there is a log. */
const NO_HOST = /NullPointerException: Cannot invoke "String\.\w+\([^)]*\)" because "host" is null/

/** What is wrong with a registration before any policy looks at it, or with its token (RFC 7591, RFC 7592). */
export const REGISTRATION_REQUEST_FAILURES: readonly KnownFailure[] = [
  {
    id: 'redirect-without-host',
    topic: 'registration',
    example: 'java.lang.NullPointerException: Cannot invoke "String.equals(Object)" because "host" is null',
    text: [NO_HOST],
    explain: () => ({
      what: 'A redirect URI of the client has no host.',
      why: 'Keycloak stumbles over URIs such as "com.example.app:/callback" or "http://localhost:*/callback" and answers 500 unknown_error. The client sees no more than that.',
      fix: 'Register a redirect URI with a host: http://127.0.0.1/callback (any port fits it), or com.example.app://callback/',
    }),
    link: LINKS.customSchemes,
  },
  {
    id: 'registration-stumbled',
    topic: 'registration',
    example: '{"error":"unknown_error","error_description":"For more on this error consult the server log."}',
    text: [/unknown_error.*For more on this error consult the server log/, NO_HOST],
    vague: true,
    explain: () => ({
      what: 'Keycloak stumbled over the request (500), and the answer has no reason.',
      why: 'At a registration it is nearly always a redirect URI without a host: "com.example.app:/callback", "http://localhost:*/callback".',
      fix: 'mcp-keycloak logs --since 10m --level ERROR',
    }),
    link: LINKS.customSchemes,
  },
  {
    id: 'unknown-registration-member',
    topic: 'registration',
    example:
      'Invalid json representation for OIDCClientRepresentation. Unrecognized field "resource" at line 1 column 101.',
    text: [/OIDCClientRepresentation\. Unrecognized field "(?<member>[^"]+)"/],
    culprit: ({ member }) => member,
    explain: (_, member) => ({
      what: `The client registers with a member that Keycloak does not know${member ? `: "${member}"` : ''}.`,
      why: 'RFC 7591 wants unknown members ignored; Keycloak refuses the registration.',
      fix: `Take ${member ? `"${member}"` : 'it'} out of what that client registers with.`,
    }),
    link: LINKS.registration,
  },
  {
    id: 'registration-unreadable',
    topic: 'registration',
    example: '{"error":"invalid_request","error_description":"Cannot parse the JSON"}',
    text: [/Cannot parse the JSON/],
    explain: () => ({
      what: 'The body of the registration cannot be read.',
      why: 'It is no JSON, or a member has another type than RFC 7591 says: redirect_uris, grant_types and contacts are lists, the rest are texts.',
      fix: 'Correct what that client sends.',
    }),
    link: LINKS.registration,
  },
  {
    id: 'client-metadata-invalid',
    topic: 'registration',
    example: '{"error":"invalid_client_metadata","error_description":"Client metadata invalid"}',
    text: [/Client metadata invalid/, /KC-SERVICES0049: (?<reason>.+)$/],
    culprit: ({ reason }) => reason,
    explain: (_, reason) => ({
      what: 'The client registers with a way to authenticate that Keycloak cannot use.',
      why: `${reason ? `Keycloak's log: ${reason}. ` : ''}An unknown token_endpoint_auth_method, or private_key_jwt without keys. The answer does not say which.`,
      fix: 'Register with "token_endpoint_auth_method": "none", or "client_secret_post" for a client that keeps a secret.',
    }),
    link: LINKS.registration,
  },
  {
    id: 'redirect-uri-illegal',
    topic: 'registration',
    example: '{"error":"invalid_redirect_uri","error_description":"A redirect URI uses an illegal scheme"}',
    text: [/A redirect URI (?<fault>must not contain an URL fragment|uses an illegal scheme)/],
    culprit: ({ fault }) => fault,
    explain: ({ fault = '' }) => ({
      what: fault.startsWith('uses')
        ? 'A redirect URI of the client has a scheme that is never allowed.'
        : 'A redirect URI of the client has a fragment (#…).',
      why: fault.startsWith('uses')
        ? 'Schemes such as javascript: and data: would run what is in the URI.'
        : 'Codes come back in the query; OAuth allows no fragment there.',
      fix: 'Correct the redirect URIs that the client registers with.',
    }),
    link: LINKS.redirects,
  },
  {
    id: 'registration-token-refused',
    topic: 'registration',
    example: '{"error":"invalid_token","error_description":"Failed decode token"}',
    text: [
      /(?<reason>Failed decode token|No remaining count on initial access token|Initial access token expired)/,
    ],
    events: [
      { type: /^CLIENT_REGISTER_ERROR$/, error: 'invalid_token', details: { reason: /^(?<reason>.+)$/ } },
    ],
    culprit: ({ reason }) => reason,
    explain: (_, reason) => ({
      what: 'The token that the registration brings is not accepted.',
      why: `${reason ? `Keycloak says: ${reason}. ` : ''}With a bearer token that is none of its initial access tokens, a registration is refused even where anybody may register.`,
      fix: 'Send the registration without an Authorization header; in a "strict" realm with a new token: "mcp-keycloak up" prints one.',
    }),
    link: LINKS.registrationPolicies,
  },
  {
    id: 'registration-access-token-refused',
    topic: 'registration',
    example: 'Not authorized to view client. Not valid token or client credentials provided.',
    text: [/Not authorized to (?:view|update|delete) client\. Not valid token/],
    events: [{ type: /^CLIENT_(INFO|UPDATE|DELETE)_ERROR$/, error: 'invalid_token' }],
    explain: () => ({
      what: 'The client may not read or change its own registration.',
      why: 'Its registration access token is an old one: each update gives a new one (RFC 7592). Or the client was deleted, or the realm was made anew.',
      fix: 'Keep the registration_access_token of the latest answer; when it is lost, register anew.',
    }),
    link: LINKS.registrationManagement,
  },
  {
    id: 'auth-method-dropped',
    topic: 'registration',
    example:
      "Authorization server registered the client for 'client_secret_basic' but issued no client_secret",
    text: [
      /registered the client (?:for '(?<method>\w+)' but issued no client_secret|with unsupported token_endpoint_auth_method)/,
    ],
    explain: () => ({
      what: 'The client was registered with another way to authenticate than it asked for.',
      why: 'Keycloak below 26.6.0 ignores token_endpoint_auth_method.',
      fix: `mcp-keycloak up --keycloak-version ${PINNED_VERSION}`,
    }),
    link: LINKS.authMethod,
  },
  {
    id: 'origin-not-allowed',
    topic: 'registration',
    example: '{"error":"Invalid origin"}',
    text: [/"error": ?"Invalid origin"/, /\b403\b.*\bInvalid origin\b/],
    explain: (_, __, { options }) => ({
      what: 'A web page is on an origin that may not register a client or fetch a token.',
      why: "Keycloak compares the Origin header: at a registration with the realm's list, at the token endpoint with the origins of the client's redirect URIs. There is neither an event nor a line in the log.",
      fix: `${resetCommand(options, { origin: ['<origin>'] })}\nFor the usual development servers at once: ${resetCommand(options, { with: ['browser'] })}`,
    }),
    link: LINKS.webOrigins,
  },
]
