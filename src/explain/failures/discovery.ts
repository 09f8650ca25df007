import { command } from '../../config/command.ts'
import { resetCommand } from '../../config/reset-command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Failures to find Keycloak: metadata, URLs, browsers. */
export const DISCOVERY_FAILURES: readonly KnownFailure[] = [
  {
    id: 'resource-mismatch',
    topic: 'discovery',
    example:
      'Protected resource http://localhost:8000/ does not match expected http://localhost:8000/mcp (or origin)',
    text: [/Protected resource (?<resource>\S+) does not match expected (?<expected>[^\s"')]+)/],
    culprit: ({ resource }) => resource,
    explain: ({ resource = 'another URL', expected = 'the MCP URL' }) => ({
      what: `The MCP server names its URL as ${resource}, but the client connects to ${expected}.`,
      why: 'The "resource" in the server\'s metadata (RFC 9728) must equal the URL that the client connects to: host name, port, path and trailing slash.',
      fix: `Set the server's own URL (FastMCP: base_url) so that "resource" is ${expected}\nOr connect to ${resource}.`,
    }),
    link: LINKS.resourceMetadata,
  },
  {
    id: 'resource-metadata-missing',
    topic: 'discovery',
    example: 'Resource server does not implement OAuth 2.0 Protected Resource Metadata.',
    text: [
      /does not implement OAuth 2\.0 Protected Resource Metadata/,
      /HTTP (?<status>\d+) trying to load well-known OAuth protected resource metadata/,
      /Protected resource metadata request failed/,
    ],
    explain: () => ({
      what: 'The MCP server does not name its authorization server.',
      why: 'It has no protected resource metadata (RFC 9728). It runs without authentication, runs under another path, or is behind a proxy that blocks /.well-known.',
      fix: `${command('snippets', 'fastmcp')} (prints a complete server with that metadata)`,
    }),
    link: LINKS.resourceMetadata,
  },
  {
    id: 'server-metadata-missing',
    topic: 'discovery',
    example: 'Failed to discover OAuth metadata',
    text: [
      /Failed to discover OAuth ?2?(?:\.0)? metadata/i,
      /HTTP \d+ trying to load (?:OAuth|OpenID provider|well-known OAuth) metadata(?: from (?<url>\S+))?/,
      /Incompatible auth server: does not support dynamic client registration/,
    ],
    culprit: ({ url }) => url,
    explain: (_, url) => ({
      what: `The client did not find the metadata of the realm${url ? ` at ${url}` : ''}.`,
      why: "The MCP server names an authorization server that is not the realm's issuer, Keycloak is not running, or it is older than 26.4. Those versions have no metadata at the path of RFC 8414. Without metadata a client also reports that it cannot register.",
      fix: `${command('env')} (put KEYCLOAK_ISSUER into "authorization_servers" of the MCP server)`,
    }),
    link: LINKS.discovery,
  },
  {
    id: 'realm-not-found',
    topic: 'discovery',
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
    example: '{"error":"Unable to find matching target resource method"}',
    text: [/Unable to find matching target resource method/, /(?<auth>\/auth)\/realms\/[\w.-].*\b404\b/],
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
    example: 'The content-type header value did not match the value in @Consumes',
    text: [/content-type header value did not match/],
    explain: () => ({
      what: 'The endpoint does not accept the content type of the request.',
      why: 'A registration requires application/json. A token request requires application/x-www-form-urlencoded.',
      fix: 'Set the Content-Type header of the request.',
    }),
    link: LINKS.registration,
  },
  {
    id: 'browser-blocked',
    topic: 'discovery',
    example: 'TypeError: Failed to fetch',
    text: [
      /Access to fetch at '(?<url>[^']+)' from origin '(?<origin>[^']+)' has been blocked by CORS policy/,
      /Cross-Origin Request Blocked:.*\(?(?<url>https?:\/\/[^\s)]+)/,
      /TypeError: (?:Failed to fetch|NetworkError when attempting to fetch resource|Load failed)/,
      /\bFailed to fetch\b(?! JWKS)/,
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
    id: 'localhost-from-cloud',
    topic: 'discovery',
    example: "Couldn't reach the MCP server",
    text: [/(?:Couldn't|Could not|Unable to) reach the MCP server/i],
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
    example: 'State parameter mismatch: abc != def',
    text: [/State parameter mismatch|Invalid OAuth state|"state" response parameter/],
    explain: () => ({
      what: 'The response belongs to another login.',
      why: 'An older login page was still open, or two programs listen on one callback port.',
      fix: 'Close all open login pages and log in again.',
    }),
    link: LINKS.mcpAuthorization,
  },
]
