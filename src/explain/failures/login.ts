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
    cause: 'client-document',
    example: 'Invalid Client ID: domain not allowed.',
    text: [
      /(?<reason>[Cc]lient (?:ID )?[Mm]etadata (?:document )?fetch failed|Invalid Client ID: domain not allowed|Invalid Client ID: empty path|Invalid Client Metadata: client_id property does not exactly match)/,
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
    cause: 'client-unknown',
    example: 'We are sorry... Client not found.',
    text: [
      /Client not found\./,
      /OAuth client not found - cached credentials may be stale|client[_ ]?id['"`]?:? ['"`]?(?<client>[\w.:/-]*) ?['"`]? ?(?:is |was )?(?:not registered|not found|not known)\b/i,
      /\bClient not found: (?<client>\S+)|Unregistered client\b(?!_)|client not registered|clientId provided does not match/,
      /(?:[Uu]nknown|[Uu]nregistered|[Uu]nrecognized) client[_ ]?id:? ['"`]?(?<client>[\w.:/-]+)/,
      /[Cc]lient (?:with id )?['"`]?(?<client>[\w.:/-]+)['"`]? does not exist/,
    ],
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
    cause: 'redirect-uri',
    example: 'We are sorry... Invalid parameter: redirect_uri',
    text: [
      /Invalid parameter: (?:post_logout_)?redirect_uri|[Uu]nregistered redirect_uri|redirect_uri must be one of|KC-SERVICES0093: Invalid parameter value for: redirect_uri/,
      /[Ii]nvalid redirect[_ ]ur[il]\b(?!["']?[,}])|[Rr]edirect[_ ]ur[il] (?:mismatch|not (?:registered|allowed)|(?:is not|isn't) (?:registered|valid|allowed))|redirect_uri_mismatch|[Rr]edirect URL was rejected|[Mm]ismatching redirect URI/,
      /redirect[_ ]ur[il]s? ?(?:['"](?<uri>[^'"]+)['"])?.{0,40}?(?:does not match|did not match|doesn't match|(?:is )?not (?:in (?:the )?allow|registered)|is not whitelisted)/i,
      /[Pp]arameter 'redirect_uri' must be url encoded|[Rr]edirect[_ ]UR[IL] (?<uri>https?:\S+) (?:is )?not allowed/,
      /error ?= ?invalid_redirect_uri\b(?:.{0,40}?redirect_uri ?= ?(?<uri>[^\s,]+))?/,
    ],
    events: [
      { type: /^LOGIN_ERROR$/, error: 'invalid_redirect_uri', details: { redirect_uri: /^(?<uri>.+)$/ } },
      { type: /^(?!CODE_TO_TOKEN)\w+_ERROR$/, error: 'invalid_redirect_uri' },
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
    cause: 'scope',
    example: 'error=invalid_scope&error_description=Invalid scopes: openid mcp:admin',
    text: [
      /[Ii]nvalid scopes?: "?(?<scopes>[^"'&|]*[^"'&|\s])/,
      /Requested scopes are not valid: (?<scopes>[\w:., -]+)/,
      /following scopes are (?:not valid|invalid): (?<scopes>[\w:., -]+)/,
      /KC-SERVICES0093: Invalid parameter value for: scope|\berror=invalid_scope\b|\binvalid_scope\b/,
      /(?:unknown|unsupported|invalid|unrecognized) scopes?\b(?: ["'`](?<scopes>[\w:.-]+))?/i,
    ],
    events: [{ type: /_ERROR$/, details: { reason: /^Invalid scopes: (?<scopes>.+)$/ } }],
    stale: true,
    culprit: ({ scopes }) => scopes?.trim(),
    explain: (_, scopes, { options }) => {
      const own = (scopes ?? '').split(/[\s,]+/).filter((scope) => scope && !isReservedScope(scope))
      return {
        what: `The client requests a scope that it does not have${scopes ? `, one of: ${scopes}` : ''}.`,
        why: 'A client that registered with "scope" may request only those scopes. Or the realm has no such scope. Scopes are separated by blanks, not by commas.',
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
    cause: 'pkce',
    example: 'error=invalid_request&error_description=Missing parameter: code_challenge_method',
    text: [
      /[Mm]issing parameter: code_challenge(?:_method)?/,
      /does not (?:implement PKCE|support code challenge method|support the required PKCE|include 'code_challenge_methods_supported')/,
      /does not advertise required PKCE method|PKCE (?:is )?required|code_challenge["']?:? (?:[Ff]ield )?(?:is )?(?:required|missing)|[Mm]issing code_challenge|does not support PKCE/,
    ],
    events: [{ type: /^LOGIN_ERROR$/, details: { reason: /^Missing parameter: code_challenge/ } }],
    explain: () => ({
      what: 'The client does not use PKCE, or the metadata does not offer it.',
      why: 'The realm and MCP both require a code challenge from every self-registered client. A managed realm also requires it from confidential clients. A client also stops when the metadata does not list S256: those of a realm do, those of an older proxy may not.',
      fix: `Send code_challenge and code_challenge_method=S256. Every MCP SDK does this.\n${command('env')} (the metadata at KEYCLOAK_ISSUER must have "code_challenge_methods_supported")`,
    }),
    link: LINKS.pkce,
  },
  {
    id: 'pkce-plain',
    topic: 'login',
    cause: 'pkce',
    example: 'Invalid parameter: code challenge method is not matching the configured one',
    text: [
      /code challenge method is (?:not matching|different than) the configured one|code_challenge_method is not (?:allowed|supported)/,
    ],
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
    cause: 'wrong-request',
    example: 'error=invalid_request&error_description=duplicated parameter',
    text: [/(?:^|["=:] ?)duplicated parameter/],
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
    cause: 'cookies',
    example:
      'Restart login cookie not found. It may have expired; it may have been deleted or cookies are disabled',
    text: [
      /Restart login cookie not found/,
      /Cookie not found\. Please make sure cookies are enabled/,
      /ERR_TOO_MANY_REDIRECTS|redirected you too many times|3rd party check iframe|third-party cookies? (?:are |is )?blocked/i,
      /unable to obtain CSRF cookie|named cookie not present|cookie "[^"]+" not present|Could not find (?:the )?cookie:? |cookie (?:is |was )?(?:missing|not found|blocked)|missing (?:session )?cookie/i,
    ],
    events: [{ type: /LOGIN_ERROR$/, error: 'cookie_not_found' }],
    explain: () => ({
      what: 'A cookie of the login did not come back.',
      why: 'Cookies of a login are Secure: browsers send them to http://localhost, but not to another name, and most HTTP libraries do not at all. Or the page was open too long, or it was opened under another host name.',
      fix: `For a script: ${command('token')}\nIn a browser: open localhost, not another name of this machine, and log in again.`,
    }),
    link: LINKS.hostname,
  },
  {
    id: 'cookies-not-secure',
    topic: 'login',
    vague: 'any',
    cause: 'cookies',
    example:
      'Non-secure context detected; cookies are not secured, and will not be available in cross-origin POST requests',
    text: [
      /Non-secure context detected; cookies are not secured|requestStorageAccess: May not be used in an insecure context|misusing the recommended .?SameSite|Set-Cookie was blocked because/,
    ],
    explain: () => ({
      what: 'Keycloak got the login over plain http, so its cookies are not Secure.',
      why: 'The page is open under another name than localhost. Or a proxy ends TLS and does not say so: Keycloak reads X-Forwarded-Proto only with KC_PROXY_HEADERS.',
      fix: 'Behind a proxy: KC_PROXY_HEADERS=xforwarded, and the proxy must set X-Forwarded-Proto and X-Forwarded-Host.\nOn this machine: open http://localhost, not another name or address.',
    }),
    link: LINKS.reverseProxy,
  },
]
