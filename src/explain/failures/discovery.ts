import { resetCommand } from '../../config/reset-command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** What keeps a client from finding its way to Keycloak: metadata, URLs, browsers. */
export const DISCOVERY_FAILURES: readonly KnownFailure[] = [
  {
    id: 'resource-mismatch',
    topic: 'discovery',
    example:
      'Protected resource http://localhost:8000/ does not match expected http://localhost:8000/mcp (or origin)',
    text: [/Protected resource (?<resource>\S+) does not match expected (?<expected>[^\s"')]+)/],
    culprit: ({ resource }) => resource,
    explain: ({ resource = 'another URL', expected = 'the one it connects to' }) => ({
      what: `The MCP server calls itself ${resource}, the client knows it as ${expected}.`,
      why: 'The "resource" of its metadata (RFC 9728) has to be the URL that the client connects to, to the letter: host name, port, path, slash at the end.',
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
      what: 'The MCP server does not say where its users log in.',
      why: 'It has no protected resource metadata (RFC 9728): it runs without authentication, under another path, or behind a proxy that does not let /.well-known through.',
      fix: 'mcp-keycloak snippets fastmcp (a complete server that has it)',
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
      why: "The authorization server that the MCP server names is not the realm's issuer, Keycloak does not run, or it is older than 26.4, which is not found at the path of RFC 8414. Without metadata a client also takes it that nobody can register.",
      fix: 'mcp-keycloak env (KEYCLOAK_ISSUER is what the MCP server has to name in "authorization_servers")',
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
      what: `There is no realm ${name ? `"${name}"` : 'of that name'} on this Keycloak.`,
      why: 'The URL has another realm, or it is the URL of another Keycloak.',
      fix: name
        ? `mcp-keycloak up --realm ${name}\nOr correct the URL: mcp-keycloak status lists the realms.`
        : 'mcp-keycloak status (it lists the realms and their URLs)',
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
      why: 'Mostly it begins with /auth, as Keycloak had it before version 17.',
      fix: 'Take /auth out of the URL: mcp-keycloak env has the right ones.',
    }),
    link: LINKS.hostname,
  },
  {
    id: 'wrong-registration-url',
    topic: 'discovery',
    example: '{"error":"Client registration provider not found"}',
    text: [/Client registration provider not found/],
    explain: () => ({
      what: 'The registration endpoint has another path.',
      why: 'It ends in /clients-registrations/openid-connect; somebody has put it together by hand.',
      fix: 'Take "registration_endpoint" from the metadata: mcp-keycloak up shows it, too.',
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
      what: 'The endpoint was called with another method than it has.',
      why: 'Registration and token endpoint take POST; a browser, or a redirect from http to https, made a GET of it.',
      fix: 'Send a POST, to the URL of the metadata as it is.',
    }),
    link: LINKS.oauth,
  },
  {
    id: 'wrong-content-type',
    topic: 'discovery',
    example: 'The content-type header value did not match the value in @Consumes',
    text: [/content-type header value did not match/],
    explain: () => ({
      what: 'The request has another content type than the endpoint takes.',
      why: 'A registration is application/json, a token request application/x-www-form-urlencoded.',
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
          ? `The browser does not let the page on ${origin} read the answer.`
          : 'The browser does not let the page read the answer.',
        why: keycloaks
          ? 'Its origin may not register in the realm; or the request was refused for another reason, and Keycloak sends no CORS headers with a refusal, so that the page does not see it. Or nothing answers at that URL.'
          : `${url} sends no CORS headers: that is the MCP server's own setting, not Keycloak's.`,
        fix: keycloaks
          ? `${resetCommand(options, { origin: [origin ?? '<origin>'] })}\nWhat it was refused for, if anything: mcp-keycloak logs --since 10m --explain`
          : 'Let the MCP server allow that origin, and expose the header mcp-session-id.',
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
      what: 'The program calls the MCP server from a cloud, which cannot reach localhost.',
      why: 'Connectors of claude.ai, Claude Desktop and ChatGPT run on the servers of their makers.',
      fix: 'mcp-keycloak snippets claude-desktop (through mcp-remote, on this machine)',
    }),
    link: LINKS.localhostFromCloud,
  },
  {
    id: 'state-mismatch',
    topic: 'discovery',
    example: 'State parameter mismatch: abc != def',
    text: [/State parameter mismatch|Invalid OAuth state|"state" response parameter/],
    explain: () => ({
      what: 'The answer of the login belongs to another login.',
      why: 'An older login page was still open, or two programs listen on one callback port.',
      fix: 'Close the login pages that are open, and log in again.',
    }),
    link: LINKS.mcpAuthorization,
  },
]
