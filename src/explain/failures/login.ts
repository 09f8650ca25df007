import { isReservedScope } from '../../config/reserved-scopes.ts'
import { resetCommand } from '../../config/reset-command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** What Keycloak says of a client's metadata document (CIMD) that it does not take. */
const REFUSED_DOCUMENT = /^(?<reason>(?:Client Metadata|Invalid Client) .+)$/

/** What goes wrong between the client's request and the code that it gets. */
export const LOGIN_FAILURES: readonly KnownFailure[] = [
  {
    id: 'client-document-refused',
    topic: 'login',
    example: 'Invalid Client ID: domain not allowed.',
    text: [
      /(?<reason>Client Metadata fetch failed|Invalid Client ID: domain not allowed|Invalid Client ID: empty path|Invalid Client Metadata: client_id property does not exactly match)/,
    ],
    events: [
      { details: { client_policy_error_detail: REFUSED_DOCUMENT } },
      { type: /^LOGIN_ERROR$/, error: 'client_not_found', clientId: /^(?<document>https?:.+)$/ },
    ],
    culprit: ({ document, reason }) => document ?? reason,
    explain: ({ document, reason }, _, { options }) => ({
      what: `The client's metadata document${document ? ` ${document}` : ''} is not accepted.`,
      why: `${reason ? `${reason}. ` : ''}Its host has to be trusted, Keycloak has to reach it, and it may hold no member that Keycloak does not know.`,
      fix: `${resetCommand(options, { trustedHost: ['<host of the document>'] })}\nOr run Keycloak without the feature cimd: clients then register instead.`,
    }),
    link: LINKS.clientDocuments,
  },
  {
    id: 'client-not-found',
    topic: 'login',
    example: 'We are sorry... Client not found.',
    text: [/Client not found\./, /OAuth client not found - cached credentials may be stale/],
    events: [{ type: /^LOGIN_ERROR$/, error: 'client_not_found', clientId: /^(?<client>(?!https?:).+)$/ }],
    stale: true,
    culprit: ({ client }) => client,
    explain: (_, client) => ({
      what: `The client ${client ? `id ${client}` : 'id'} is not known to the realm.`,
      why: 'The program remembers a client of a realm that was made anew, or of another server.',
      fix: 'Make the program forget its client: it then registers anew.',
    }),
    link: LINKS.staleClient,
  },
  {
    id: 'redirect-uri-not-registered',
    topic: 'login',
    example: 'We are sorry... Invalid parameter: redirect_uri',
    text: [/Invalid parameter: redirect_uri/],
    events: [
      { type: /^LOGIN_ERROR$/, error: 'invalid_redirect_uri', details: { redirect_uri: /^(?<uri>.+)$/ } },
      { type: /^LOGIN_ERROR$/, error: 'invalid_redirect_uri' },
    ],
    stale: true,
    culprit: ({ uri }) => uri,
    explain: ({ uri }) => ({
      what: uri
        ? `The redirect URI ${uri} is not one that the client registered.`
        : 'The redirect URI is not one that the client registered.',
      why: 'Scheme, host, port and path have to be equal; "localhost" is not "127.0.0.1". A program with a random port has to register anew each time, or without a port: http://127.0.0.1/callback fits any.',
      fix: 'Give the program a fixed callback port, or make it forget its client so that it registers anew.',
    }),
    link: LINKS.randomPort,
  },
  {
    id: 'scope-not-assigned',
    topic: 'login',
    example: 'error=invalid_scope&error_description=Invalid scopes: openid mcp:admin',
    text: [/Invalid scopes: (?<scopes>[^"'&|]+)/],
    events: [{ type: /_ERROR$/, details: { reason: /^Invalid scopes: (?<scopes>.+)$/ } }],
    stale: true,
    culprit: ({ scopes }) => scopes?.trim(),
    explain: (_, scopes, { options }) => {
      const own = (scopes ?? '').split(' ').filter((scope) => scope && !isReservedScope(scope))
      return {
        what: `The client asks for a scope that it does not have${scopes ? `, among: ${scopes}` : ''}.`,
        why: 'A client that registered with "scope" may ask for those alone. Or the realm has no such scope.',
        fix: [
          ...(own.length === 1
            ? [`${resetCommand(options, { scope: own })} (when the realm does not have it)`]
            : []),
          'Make the program forget its client: it then registers with the scopes of now.',
        ].join('\n'),
      }
    },
    link: LINKS.lostScopes,
  },
  {
    id: 'pkce-missing',
    topic: 'login',
    example: 'error=invalid_request&error_description=Missing parameter: code_challenge_method',
    text: [/Missing parameter: code_challenge(?:_method)?/],
    events: [{ type: /^LOGIN_ERROR$/, details: { reason: /^Missing parameter: code_challenge/ } }],
    explain: () => ({
      what: 'The client does no PKCE.',
      why: 'The realm asks every client that registers itself for a code challenge, and MCP does too. A realm of ours has it for confidential clients as well.',
      fix: 'Send code_challenge and code_challenge_method=S256; every MCP SDK does.',
    }),
    link: LINKS.pkce,
  },
  {
    id: 'pkce-plain',
    topic: 'login',
    example: 'Invalid parameter: code challenge method is not matching the configured one',
    text: [/code challenge method is not matching the configured one/],
    events: [{ type: /^LOGIN_ERROR$/, details: { reason: /code challenge method is not matching/ } }],
    explain: () => ({
      what: 'The client does PKCE with another method than S256.',
      why: 'The method "plain" protects nothing: the realm takes S256 alone.',
      fix: 'Send code_challenge_method=S256.',
    }),
    link: LINKS.pkce,
  },
  {
    id: 'parameter-twice',
    topic: 'login',
    example: 'error=invalid_request&error_description=duplicated parameter',
    text: [/error_description=duplicated parameter/, /"duplicated parameter"/],
    explain: () => ({
      what: 'A parameter is in the authorization request twice.',
      why: 'RFC 8707 allows several "resource" parameters, Keycloak takes each parameter once.',
      fix: 'Ask for one resource at a time.',
    }),
    link: LINKS.resourceIndicators,
  },
  {
    id: 'cookie-not-found',
    topic: 'login',
    example:
      'Restart login cookie not found. It may have expired; it may have been deleted or cookies are disabled',
    text: [/Restart login cookie not found/, /Cookie not found\. Please make sure cookies are enabled/],
    events: [{ type: /^LOGIN_ERROR$/, error: 'cookie_not_found' }],
    explain: () => ({
      what: "The login page did not get Keycloak's cookie back.",
      why: 'The cookies are Secure, also on http://localhost: browsers send them back there, most HTTP libraries do not. Or the page was open for long, or under another host name.',
      fix: 'For a script: mcp-keycloak token\nIn a browser: open localhost, not another name of this machine, and log in anew.',
    }),
    link: LINKS.hostname,
  },
  {
    id: 'wrong-password',
    topic: 'login',
    example: 'Invalid username or password.',
    text: [/Invalid username or password/, /Invalid user credentials/],
    events: [
      {
        type: /^LOGIN_ERROR$/,
        error: 'invalid_user_credentials',
        details: { username: /^(?<username>.+)$/ },
      },
      { type: /^LOGIN_ERROR$/, error: 'user_not_found', details: { username: /^(?<username>.+)$/ } },
      { type: /^LOGIN_ERROR$/, error: 'invalid_user_credentials' },
    ],
    culprit: ({ username }) => username,
    explain: (_, username) => ({
      what: `The user name or the password is wrong${username ? ` (user "${username}")` : ''}.`,
      why: 'The test users are those of the realm, not the administrator.',
      fix: 'mcp-keycloak status (it lists the test users and their passwords)',
    }),
    link: LINKS.mcpGuide,
  },
  {
    id: 'user-disabled',
    topic: 'login',
    example: 'Account is disabled, contact your administrator.',
    text: [/Account is disabled/, /Account disabled/],
    events: [
      { error: 'user_disabled', details: { username: /^(?<username>.+)$/ } },
      { error: 'user_disabled' },
    ],
    culprit: ({ username }) => username,
    explain: (_, username, { options }) => ({
      what: `The user${username ? ` "${username}"` : ''} is disabled.`,
      why: 'Somebody switched it off in the admin console, or it was locked after too many wrong passwords.',
      fix: `${resetCommand(options)}\nOr switch it on in the admin console, under Users.`,
    }),
    link: LINKS.mcpGuide,
  },
  {
    id: 'profile-incomplete',
    topic: 'login',
    example: '{"error":"invalid_grant","error_description":"Account is not fully set up"}',
    text: [
      /Account is not fully set up/,
      /You need to update your user profile/,
      /Please specify this field/,
    ],
    events: [
      { type: /^VERIFY_PROFILE$/, details: { username: /^(?<username>.+)$/ } },
      { error: 'resolve_required_actions' },
    ],
    culprit: ({ username }) => username,
    explain: (_, username, { options }) => ({
      what: `The user${username ? ` "${username}"` : ''} has an incomplete profile.`,
      why: 'Keycloak asks for e-mail, first and last name before it lets a user through; a program without a page cannot fill them in.',
      fix: `${resetCommand(options, { user: [`${username ?? '<name>'}:<password>`] })} (its profile is then complete)\nOr fill them in in the admin console, under Users.`,
    }),
    link: LINKS.mcpGuide,
  },
  {
    id: 'https-required',
    topic: 'login',
    example: 'We are sorry... HTTPS required',
    text: [/HTTPS required/],
    events: [{ error: 'ssl_required' }],
    explain: (_, __, { options }) => ({
      what: 'The realm wants https.',
      why: 'Its "Require SSL" is "all", or "external" and the request comes from another address, as through a Docker network. A realm of ours has "none".',
      fix: `${resetCommand(options)}\nFor the realm master: admin console, Realm settings, General, Require SSL: none.`,
    }),
    link: LINKS.httpsRequired,
  },
  {
    id: 'realm-disabled',
    topic: 'login',
    example: 'We are sorry... Realm not enabled',
    text: [/Realm not enabled/, /"error": ?"Realm disabled"/],
    events: [{ error: 'realm_disabled' }],
    explain: (_, __, { options }) => ({
      what: 'The realm is switched off.',
      why: 'Somebody did that in the admin console: its realm settings have a switch at the top.',
      fix: resetCommand(options),
    }),
    link: LINKS.mcpGuide,
  },
  {
    id: 'consent-refused',
    topic: 'login',
    example: 'error=access_denied&error_description=The user denied the request',
    text: [/\berror=access_denied\b/],
    events: [{ type: /^LOGIN_ERROR$/, error: 'rejected_by_user' }],
    explain: (_, __, { options }) => ({
      what: 'The consent page was answered with No.',
      why: 'Each client that registers itself has to be allowed by the user, anew when it asks for offline_access.',
      fix: `Log in again and answer Yes.\nWithout a consent page: ${resetCommand(options)} --no-consent`,
    }),
    link: LINKS.mcpGuide,
  },
]
