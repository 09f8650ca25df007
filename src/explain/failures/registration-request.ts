import { command } from '../../config/command.ts'
import { resetCommand } from '../../config/reset-command.ts'
import { PINNED_VERSION } from '../../config/versions.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** A line of the server's log. The server's response only points to the log. */
const NO_HOST = /NullPointerException: Cannot invoke "String\.\w+\([^)]*\)" because "host" is null/

/** Faults of a registration that Keycloak finds before the policies, and faults of its token (RFC 7591, RFC 7592). */
export const REGISTRATION_REQUEST_FAILURES: readonly KnownFailure[] = [
  {
    id: 'redirect-without-host',
    topic: 'registration',
    cause: 'redirect-uri',
    example: 'java.lang.NullPointerException: Cannot invoke "String.equals(Object)" because "host" is null',
    text: [NO_HOST, /redirect URIs? must contain a valid host/],
    explain: () => ({
      what: 'A redirect URI of the client has no host.',
      why: 'Keycloak fails on URIs such as "com.example.app:/callback" or "http://localhost:*/callback" and answers 500 unknown_error. The client gets no other reason.',
      fix: 'Register a redirect URI with a host: http://127.0.0.1/callback (matches any port), or com.example.app://callback/',
    }),
    link: LINKS.customSchemes,
  },
  {
    id: 'registration-stumbled',
    topic: 'registration',
    cause: 'registration-refused',
    example: '{"error":"unknown_error","error_description":"For more on this error consult the server log."}',
    text: [/unknown_error.*For more on this error consult the server log/, NO_HOST],
    vague: 'topic',
    explain: () => ({
      what: 'Keycloak failed on the request (500) and gave no reason.',
      why: 'For a registration the reason is nearly always a redirect URI without a host: "com.example.app:/callback", "http://localhost:*/callback".',
      fix: command('logs', { since: '10m', level: 'ERROR' }),
    }),
    link: LINKS.customSchemes,
  },
  {
    id: 'unknown-registration-member',
    topic: 'registration',
    cause: 'registration-refused',
    example:
      'Invalid json representation for OIDCClientRepresentation. Unrecognized field "resource" at line 1 column 101.',
    text: [
      /OIDCClientRepresentation\. Unrecognized field "(?<member>[^"]+)"/,
      /Unrecognized field "(?<member>[^"]+)"(?! \(class)/,
    ],
    culprit: ({ member }) => member,
    explain: (_, member) => ({
      what: `The client registers with a member that Keycloak does not know${member ? `: "${member}"` : ''}.`,
      why: 'RFC 7591 says that unknown members are ignored, but Keycloak refuses the registration.',
      fix: `Remove ${member ? `"${member}"` : 'the member'} from the client's registration.`,
    }),
    link: LINKS.registration,
  },
  {
    id: 'registration-unreadable',
    topic: 'registration',
    cause: 'registration-refused',
    example: '{"error":"invalid_request","error_description":"Cannot parse the JSON"}',
    text: [/Cannot parse the JSON/],
    explain: () => ({
      what: 'The body of the registration is not valid.',
      why: 'It is not valid JSON, or a member has the wrong type. In RFC 7591 redirect_uris, grant_types and contacts are lists, the others are strings.',
      fix: 'Correct the registration that the client sends.',
    }),
    link: LINKS.registration,
  },
  {
    id: 'client-metadata-invalid',
    topic: 'registration',
    cause: 'registration-refused',
    example: '{"error":"invalid_client_metadata","error_description":"Client metadata invalid"}',
    text: [/Client metadata invalid/, /KC-SERVICES0049: (?<reason>.+)$/],
    culprit: ({ reason }) => reason,
    explain: (_, reason) => ({
      what: 'The client registers with an authentication method that Keycloak cannot use.',
      why: `${reason ? `Keycloak's log: ${reason}. ` : ''}The token_endpoint_auth_method is unknown, or it is private_key_jwt and the keys are missing. The response does not say which.`,
      fix: 'Register with "token_endpoint_auth_method": "none", or "client_secret_post" for a client with a secret.',
    }),
    link: LINKS.registration,
  },
  {
    id: 'redirect-uri-illegal',
    topic: 'registration',
    cause: 'redirect-uri',
    example: '{"error":"invalid_redirect_uri","error_description":"A redirect URI uses an illegal scheme"}',
    text: [/A redirect URI (?<fault>must not contain an URL fragment|uses an illegal scheme)/],
    culprit: ({ fault }) => fault,
    explain: ({ fault = '' }) => ({
      what: fault.startsWith('uses')
        ? 'A redirect URI of the client has a scheme that is never allowed.'
        : 'A redirect URI of the client has a fragment (#…).',
      why: fault.startsWith('uses')
        ? 'Schemes such as javascript: and data: would execute the contents of the URI.'
        : 'OAuth returns the code in the query and allows no fragment in a redirect URI.',
      fix: "Correct the redirect URIs in the client's registration.",
    }),
    link: LINKS.redirects,
  },
  {
    id: 'registration-token-refused',
    topic: 'registration',
    cause: 'registration-refused',
    example: '{"error":"invalid_token","error_description":"Failed decode token"}',
    text: [
      /(?<reason>Failed decode token|No remaining count on initial access token|Initial access token expired)/,
    ],
    events: [
      { type: /^CLIENT_REGISTER_ERROR$/, error: 'invalid_token', details: { reason: /^(?<reason>.+)$/ } },
    ],
    culprit: ({ reason }) => reason,
    explain: (_, reason) => ({
      what: 'Keycloak does not accept the token of the registration.',
      why: `${reason ? `Keycloak says: ${reason}. ` : ''}Keycloak refuses a bearer token that is not a valid initial access token, even where anyone may register.`,
      fix: `Remove the Authorization header from the registration. In a "strict" realm, send a new token: "${command('up')}" prints one.`,
    }),
    link: LINKS.registrationPolicies,
  },
  {
    id: 'registration-access-token-refused',
    topic: 'registration',
    cause: 'registration-refused',
    example: 'Not authorized to view client. Not valid token or client credentials provided.',
    text: [/Not authorized to (?:view|update|delete) client\. Not valid token/],
    events: [{ type: /^CLIENT_(INFO|UPDATE|DELETE)_ERROR$/, error: 'invalid_token' }],
    explain: () => ({
      what: 'The client is not allowed to read or change its own registration.',
      why: 'Its registration access token is outdated, because each update returns a new one (RFC 7592). Or the client was deleted, or the realm was recreated.',
      fix: 'Use the registration_access_token of the latest response. If it is lost, register again.',
    }),
    link: LINKS.registrationManagement,
  },
  {
    id: 'auth-method-dropped',
    topic: 'registration',
    cause: 'client-authentication',
    example:
      "Authorization server registered the client for 'client_secret_basic' but issued no client_secret",
    text: [
      /registered the client (?:for '(?<method>\w+)' but issued no client_secret|with unsupported token_endpoint_auth_method)/,
    ],
    explain: () => ({
      what: 'Keycloak registered the client with an authentication method that it did not request.',
      why: 'Keycloak below 26.6.0 ignores token_endpoint_auth_method.',
      fix: command('up', { keycloakVersion: PINNED_VERSION }),
    }),
    link: LINKS.authMethod,
  },
  {
    id: 'origin-not-allowed',
    topic: 'registration',
    cause: 'origin',
    example: '{"error":"Invalid origin"}',
    text: [/"error": ?"Invalid origin"/, /\b403\b.*\bInvalid origin\b/],
    explain: (_, __, { options }) => ({
      what: 'The realm does not allow the origin of a web page to register a client or get a token.',
      why: "Keycloak compares the Origin header of a registration with the realm's list, and that of a token request with the origins of the client's redirect URIs. It writes neither an event nor a log line.",
      fix: `${resetCommand(options, { origin: ['<origin>'] })}\nFor all usual development servers: ${resetCommand(options, { with: ['browser'] })}`,
    }),
    link: LINKS.webOrigins,
  },
]
