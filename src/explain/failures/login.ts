import { command } from '../../config/command.ts'
import { isReservedScope } from '../../config/reserved-scopes.ts'
import { resetCommand } from '../../config/reset-command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Keycloak's messages about a client's metadata document (CIMD) that it refuses. */
const REFUSED_DOCUMENT = /^(?<reason>(?:Client Metadata|Invalid Client) .+)$/

/** Failures between the client's authorization request and its code. */
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
      what: `The client's metadata document${document ? ` ${document}` : ''} was refused.`,
      why: `${reason ? `${reason}. ` : ''}The document's host must be trusted and reachable for Keycloak. The document must have no member that Keycloak does not know.`,
      fix: `${resetCommand(options, { trustedHost: ['<host of the document>'] })}\nOr run Keycloak without the feature cimd: clients then register.`,
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
      what: `The realm does not know the client id${client ? ` ${client}` : ''}.`,
      why: 'The program uses a client id from before the realm was recreated, or from another server.',
      fix: 'Make the program forget its client: it then registers again.',
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
        ? `The client did not register the redirect URI ${uri}.`
        : 'The client did not register this redirect URI.',
      why: 'Scheme, host, port and path must be equal, and "localhost" does not equal "127.0.0.1". A program with a random port must register again each time, or register without a port: http://127.0.0.1/callback matches any port.',
      fix: 'Give the program a fixed callback port, or make it forget its client so that it registers again.',
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
        what: `The client requests a scope that it does not have${scopes ? `, one of: ${scopes}` : ''}.`,
        why: 'A client that registered with "scope" may request only those scopes. Or the realm has no such scope.',
        fix: [
          ...(own.length === 1
            ? [`${resetCommand(options, { scope: own })} (if the realm does not have the scope)`]
            : []),
          'Make the program forget its client: it then registers with the current scopes.',
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
      what: 'The client does not use PKCE.',
      why: 'The realm and MCP both require a code challenge from every self-registered client. A managed realm also requires it from confidential clients.',
      fix: 'Send code_challenge and code_challenge_method=S256. Every MCP SDK does this.',
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
      what: 'The client uses PKCE with a method other than S256.',
      why: 'The method "plain" gives no protection, so the realm accepts only S256.',
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
      what: 'The authorization request has the same parameter twice.',
      why: 'RFC 8707 allows several "resource" parameters, but Keycloak accepts each parameter once.',
      fix: 'Request one resource at a time.',
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
      why: 'The cookies are Secure. Browsers send them to http://localhost, but most HTTP libraries do not. Or the page was open too long, or it was opened under another host name.',
      fix: `For a script: ${command('token')}\nIn a browser: open localhost, not another name of this machine, and log in again.`,
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
      why: 'Only test users of the realm can log in here. The administrator is not one of them.',
      fix: `${command('status')} (lists the test users and their passwords)`,
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
      why: 'The user was disabled in the admin console, or locked after too many wrong passwords.',
      fix: `${resetCommand(options)}\nOr enable the user in the admin console, under Users.`,
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
      why: 'Keycloak requires e-mail, first name and last name before a login. A program without a login page cannot fill them in.',
      fix: `${resetCommand(options, { user: [`${username ?? '<name>'}:<password>`] })} (creates the user with a complete profile)\nOr complete the profile in the admin console, under Users.`,
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
      what: 'The realm requires https.',
      why: 'Its setting "Require SSL" is "all", or it is "external" and the request came from another address, such as a Docker network. A managed realm has "none".',
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
      what: 'The realm is disabled.',
      why: 'The switch at the top of its realm settings in the admin console is off.',
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
    explain: () => ({
      what: 'The user answered No on the consent page.',
      why: 'The user must allow each self-registered client, and must allow it again when it requests offline_access.',
      fix: `Log in again and answer Yes.\nWithout a consent page: ${command('reset-realm', { consent: false })}`,
    }),
    link: LINKS.mcpGuide,
  },
]
