import { command } from '../../config/command.ts'
import { resetCommand } from '../../config/reset-command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Failures to find Keycloak: metadata, URLs, browsers. */
export const DISCOVERY_FAILURES: readonly KnownFailure[] = [
  {
    id: 'realm-not-found',
    topic: 'discovery',
    cause: 'wrong-request',
    example: '{"error":"Realm does not exist"}',
    text: [/Realm does not exist/, /realms\/(?<realm>[\w.-]+)(?![\w.-]).*Realm does not exist/],
    culprit: ({ realm }) => realm,
    explain: (_, name) => ({
      what: `This Keycloak has no realm ${name ? `"${name}"` : 'with that name'}.`,
      why: 'The URL names a wrong realm, or it belongs to another Keycloak.',
      fix: name
        ? `${command('up', { realm: name })}\nOr correct the URL: ${command('status')} lists the realms.`
        : `${command('status')} (lists the realms and their URLs)`,
    }),
    link: LINKS.mcpGuide,
  },
  {
    id: 'wrong-url',
    topic: 'discovery',
    cause: 'wrong-request',
    example: '{"error":"Unable to find matching target resource method"}',
    text: [
      /Unable to find matching target resource method|RESTEASY\d+: Could not find resource for full path/,
      /(?<auth>\/auth)\/realms\/[\w.-].*\b404\b/,
    ],
    explain: () => ({
      what: 'Keycloak has nothing at that URL.',
      why: 'Usually its path begins with /auth, which Keycloak removed in version 17.',
      fix: `Remove /auth from the URL: ${command('env')} shows the correct URLs.`,
    }),
    link: LINKS.hostname,
  },
  {
    id: 'wrong-registration-url',
    topic: 'discovery',
    cause: 'wrong-request',
    example: '{"error":"Client registration provider not found"}',
    text: [/Client registration provider not found/],
    explain: () => ({
      what: 'The path of the registration endpoint is wrong.',
      why: 'The correct path ends in /clients-registrations/openid-connect. The program did not take it from the metadata.',
      fix: `Use "registration_endpoint" from the metadata: ${command('up')} also shows it.`,
    }),
    link: LINKS.registrationPolicies,
  },
  {
    id: 'wrong-method',
    topic: 'discovery',
    cause: 'wrong-request',
    example: '{"error":"HTTP 405 Method Not Allowed"}',
    text: [/"HTTP (?<status>404 Not Found|405 Method Not Allowed)"/],
    culprit: ({ status }) => status,
    explain: () => ({
      what: 'The endpoint does not support the HTTP method of the request.',
      why: 'The registration endpoint and the token endpoint accept POST. A browser, or a redirect from http to https, sent a GET.',
      fix: 'Send a POST to the exact URL from the metadata.',
    }),
    link: LINKS.oauth,
  },
  {
    id: 'wrong-content-type',
    topic: 'discovery',
    cause: 'wrong-request',
    example: 'The content-type header value did not match the value in @Consumes',
    text: [/content-type header value did not match|Missing form parameter: grant_type/],
    explain: () => ({
      what: 'The endpoint does not accept the content type of the request.',
      why: 'A registration requires application/json. A token request requires application/x-www-form-urlencoded.',
      fix: 'Set the Content-Type header of the request.',
    }),
    link: LINKS.registration,
  },
  {
    id: 'request-incomplete',
    topic: 'discovery',
    cause: 'wrong-request',
    example: 'Missing parameter: refresh_token',
    text: [
      /Missing (?:required |form )?parameters?: (?<parameter>(?!client_id|code_challenge|grant_type|scope|redirect_uri)\w+)/,
    ],
    culprit: ({ parameter }) => parameter,
    explain: (_, parameter) => ({
      what: `The request has no ${parameter ?? 'parameter that the endpoint needs'}.`,
      why: 'The endpoint reads it from a form (application/x-www-form-urlencoded). It reads no JSON.',
      fix: `Send ${parameter ?? 'it'} in the body of the POST.`,
    }),
    link: LINKS.oauth,
  },
  {
    id: 'browser-blocked',
    topic: 'discovery',
    cause: 'origin',
    example:
      "Access to fetch at 'http://localhost:8080/realms/fastmcp/.well-known/openid-configuration' from origin 'http://localhost:6274' has been blocked by CORS policy",
    text: [
      /Access to (?:fetch|XMLHttpRequest) at '(?<url>[^']+)' from origin '(?<origin>[^']+)' has been blocked by CORS policy/,
      /Cross-Origin Request Blocked:(?!.*did not succeed).*\(?(?<url>https?:\/\/[^\s)]+)/,
      /blocked by CORS policy|No 'Access-Control-Allow-Origin' header|not allowed by Access-Control-Allow-\w+|[Rr]esponse to preflight request doesn't pass|CORS preflight response did not|'Access-Control-Allow-Origin' header contains/,
    ],
    culprit: ({ origin }) => origin,
    explain: ({ url }, origin, { options }) => {
      const keycloaks = url === undefined || url.includes('/realms/')
      return {
        what: origin
          ? `The browser does not let the page on ${origin} read the response.`
          : 'The browser does not let the page read the response.',
        why: keycloaks
          ? 'The realm does not allow this origin, Keycloak refused the request for another reason, or nothing answers at that URL. A refusal by Keycloak has no CORS headers, so the page cannot read it.'
          : `${url} sends no CORS headers. This is a setting of the MCP server, not of Keycloak.`,
        fix: keycloaks
          ? `${resetCommand(options, { origin: [origin ?? '<origin>'] })}\nFor the reason of a refusal: ${command('logs --explain', { since: '10m' })}`
          : 'Configure the MCP server to allow that origin and to expose the header mcp-session-id.',
      }
    },
    link: LINKS.webOrigins,
  },
  {
    id: 'browser-fetch-failed',
    topic: 'discovery',
    cause: 'unspecified',
    example: 'TypeError: Failed to fetch',
    text: [
      /TypeError: (?:Failed to fetch|NetworkError when attempting to fetch resource|Load failed)/,
      /\bFailed to fetch\b(?! \w)|^(?:NetworkError when attempting to fetch resource|Load failed)\.?$/,
    ],
    vague: 'any',
    explain: (_, __, { options }) => ({
      what: 'The browser could not send the request, or does not let the page read the response.',
      why: 'The realm or the MCP server does not allow the origin of the page, or nothing answers at that URL. Browsers say the same for both. The console of the browser has the reason.',
      fix: `${command('status')} (shows whether Keycloak runs, and where)\nIf the console names CORS: ${resetCommand(options, { origin: ['<origin>'] })}`,
    }),
    link: LINKS.webOrigins,
  },
  {
    id: 'frame-refused',
    topic: 'discovery',
    cause: 'origin',
    example:
      "Refused to frame 'http://localhost:8080/' because an ancestor violates the following Content Security Policy directive",
    text: [
      /Refused to (?:frame|display) '(?<url>[^']+)'/,
      /Framing '(?<url>[^']+)' violates|Content Security Policy directive: "(?:frame-ancestors|form-action)|'X-Frame-Options' to '/,
    ],
    vague: 'topic',
    culprit: ({ url }) => url,
    explain: (_, url) => ({
      what: `The browser does not show ${url ?? 'the page'} inside another page.`,
      why: "A realm of Keycloak allows frames only from its own address (Content-Security-Policy and X-Frame-Options). A silent login of keycloak-js or an embedded page needs the other page's origin there.",
      fix: "Admin console, Realm settings, Security defenses, Content-Security-Policy: frame-ancestors 'self' <origin>\nOr open the login in the whole window: onLoad 'login-required', checkLoginIframe false.",
    }),
    link: LINKS.securityDefenses,
  },
  {
    id: 'page-not-found',
    topic: 'discovery',
    cause: 'wrong-request',
    example: 'We are sorry... Page not found',
    text: [/We are sorry\.{3} ?Page not found|^Page not found\.?$/i],
    vague: 'any',
    explain: () => ({
      what: 'Keycloak has no page at that URL.',
      why: 'The path is misspelled, names an endpoint of another version, or begins with /auth.',
      fix: `${command('env')} (shows the correct URLs)`,
    }),
    link: LINKS.hostname,
  },
  {
    id: 'localhost-from-cloud',
    topic: 'discovery',
    cause: 'host-unreachable',
    example: "Couldn't reach the MCP server",
    text: [
      /(?:Couldn't|Could not|Unable to) reach the MCP server|error connecting to the MCP server\. Please check your server URL/i,
    ],
    explain: () => ({
      what: 'The program calls the MCP server from the cloud, which cannot reach localhost.',
      why: "Connectors of claude.ai, Claude Desktop and ChatGPT run on their vendors' servers.",
      fix: `${command('snippets', 'claude-desktop')} (connects through mcp-remote on this machine)`,
    }),
    link: LINKS.localhostFromCloud,
  },
  {
    id: 'state-mismatch',
    topic: 'discovery',
    cause: 'state',
    example: 'State parameter mismatch: abc != def',
    text: [
      /[Ss]tate parameter mismatch|\b[Ss]tate mismatch\b|Invalid (?:OAuth )?state\b|"state" response parameter/,
      /[Ii]nvalid state parameter|No matching state found in storage|No OAuth state saved|state(?: is)? not equal in request and response/i,
      /State cookie value does not match|checkStateCookie No|verify authorization request state|state cookie is missing|csrf (?:token )?mismatch(?!\.$)|nonce mismatch/i,
      /[Cc]orrelation (?:failed|cookie)|AspNetCore\.Correlation\.|[Uu]nable to unprotect the message\.State|authorization_request_not_found/,
      /invalid unsolicited response|parse \w+ from state|expected authorization request details in session|no session state found|missing saved state|Received following query parameters: \{"code":"[^"]*"\}|checks\.(?:state|nonce) argument is missing/,
      /(?:csrf|state|nonce|pkceCodeVerifier|code verifier) (?:cookie|value) (?:does not|doesn't|did not|could not|was missing|is missing|not found|mismatch)|Existing OAuth client information is required when exchanging|invalid claims: \{[^}]*\bnonce=/i,
      /\bInvalidState(?:Exception|Error)\b|\bOAuthStateError\b|\bAuthState(?:Missing|Forbidden)\b|csrf[_ ]detected|\bstate (?:was |is )?(?:not found|missing)|missing (?:oauth )?(?:session )?state\b|[Ww]rong state parameter/i,
      /[Cc]ode verifier not found|[Mm]issing required state parameter|[Pp]ossible CSRF attack|potential CSRF attack/,
      /\b(?:state|nonce) (?:does not|did not|doesn't) match|(?:missing|unknown|expired|invalid) (?:login |oauth |auth )?(?:state|nonce)\b(?! of)/i,
    ],
    explain: () => ({
      what: 'The response belongs to another login.',
      why: 'An older login page was still open, two programs listen on one callback port, or the program lost the state of its login: it was restarted, its cookies or its storage are gone, or the page processed the callback twice.',
      fix: 'Close all open login pages and log in again. Begin and end the login under one host name.',
    }),
    link: LINKS.mcpAuthorization,
  },
]
