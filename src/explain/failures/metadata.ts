import { command } from '../../config/command.ts'
import { differenceOf } from '../compare-values.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Metadata of the MCP server and of the realm that is missing, unreadable or wrong. */
export const METADATA_FAILURES: readonly KnownFailure[] = [
  {
    id: 'resource-mismatch',
    topic: 'discovery',
    cause: 'wrong-metadata',
    example:
      'Protected resource http://localhost:8000/ does not match expected http://localhost:8000/mcp (or origin)',
    text: [
      /Protected resource (?<resource>\S+) does not match expected (?<expected>[^\s"')]+)/,
      /Protected Resource Metadata resource "(?<resource>[^"]+)" does not match MCP server resolved resource "(?<expected>[^"]+)"/,
      /metadata resource "(?<resource>[^"]+)", want "(?<expected>[^"]+)"/,
      /Resource URI in metadata \((?<resource>[^)]+)\) does not match the expected URI \((?<expected>[^)]+)\)/,
      /resource mismatch: reference '(?<expected>[^']+)', permitted '(?<resource>[^']+)'/,
      /Resource mismatch: client requested (?<expected>\S+) but server is (?<resource>\S+)/,
      /advertised PRM URL host "(?<resource>[^"]+)" does not match base "(?<expected>[^"]+)"/,
    ],
    culprit: ({ resource }) => resource,
    explain: ({ resource = 'another URL', expected = 'the MCP URL' }) => ({
      what: `The MCP server names its URL as ${resource}, but the client connects to ${expected}.`,
      why: [
        ...[differenceOf(expected, resource) ?? []].flat(),
        'The "resource" in the server\'s metadata (RFC 9728) must equal the URL that the client connects to: host name, port, path and trailing slash.',
      ].join(' '),
      fix: `Set the server's own URL (FastMCP: base_url) so that "resource" is ${expected}\nOr connect to ${resource}.`,
    }),
    link: LINKS.resourceMetadata,
  },
  {
    id: 'metadata-unreadable',
    topic: 'discovery',
    cause: 'wrong-metadata',
    covers: ['missing-metadata'],
    example: 'Metadata error: Failed to parse metadata: error decoding response body',
    text: [
      /Failed to parse (?:OAuth |authorization server |resource |server )?metadata/i,
      /populating auth server metadata for (?<url>\S+): TypeError: (?!fetch failed|Failed to fetch)/,
      /(?:[Dd]iscovery|metadata|[Cc]onfiguration|issuer)\b.{0,40}?\b(?:jwks_uri|\w+_endpoint)\b.{0,20}?(?:not present|is missing|not found|must be configured)|(?:[Dd]iscovery|metadata|[Cc]onfiguration)\b.{0,30}?(?:missing|has no) .{0,20}?\b(?:jwks_uri|issuer|token_endpoint|authorization_endpoint)\b|TypeError: \w+_endpoint must be configured/,
      /["']?path["']?: ?\[ ?["'](?:\w+_endpoint|issuer|jwks_uri|resource|authorization_servers|response_types_supported)["']|(?:authorization_servers|(?:token|authorization)_endpoint) (?:is |are )?(?:missing|empty|required|undefined)|missing (?:authorization_servers|\w+_endpoint)\b/,
      /metadata missing required resource field|metadata at (?<url>\S+) is unusable/,
      /\bvalidation errors? for (?:OAuthMetadata|ProtectedResourceMetadata)/,
      /metadata specifies no authorization servers|metadata has no authorization servers|no authorization servers specified/,
      /does not (?:support|include) response type code|names authorization servers .{0,200}?, but none published usable metadata/,
      /^(?:SyntaxError: )?Unexpected token '?<'? in JSON at position 0\.?$/,
      /Unexpected token '?<'?, "<(?:!DOCTYPE|html)|Invalid metadata (?:response|document)/,
      /(?<!HTTP 404: Invalid OAuth .{0,60})Unexpected token '?\w'?, "(?:Not Found|Unauthorized|Forbidden|Bad Gateway|Internal S|Method Not|Cannot GET|no available)/,
    ],
    culprit: ({ url }) => url,
    explain: (_, url) => ({
      what: `The client cannot use the metadata${url ? ` at ${url}` : ''}.`,
      why: 'The URL answers with a page or with another document, or a required member is missing: "resource" and "authorization_servers" of the MCP server, or "issuer" and the endpoints of the realm.',
      fix: `${command('verify')} (names the member that is missing)\nA complete server: ${command('snippets', 'fastmcp')}`,
    }),
    link: LINKS.resourceMetadata,
  },
  {
    id: 'metadata-url-as-mcp-url',
    topic: 'discovery',
    cause: 'wrong-metadata',
    example: 'Failed to request MCP server: Expected 401 Unauthorized but got HTTP 405: Method Not Allowed',
    text: [/Expected 401 Unauthorized but got HTTP (?<status>\d+)/],
    vague: 'topic',
    explain: ({ status }) => ({
      what: `The URL does not ask for a login${status ? ` (HTTP ${status})` : ''}.`,
      why: 'An MCP server with authorization answers 401 to a request without a token. The URL is not the MCP URL, for example a /.well-known URL, or the server runs without authorization.',
      fix: `${command('verify')} (with the MCP URL: it usually ends in /mcp)`,
    }),
    link: LINKS.mcpAuthorization,
  },
  {
    id: 'resource-metadata-missing',
    topic: 'discovery',
    vague: 'any',
    cause: 'missing-metadata',
    example: 'Resource server does not implement OAuth 2.0 Protected Resource Metadata.',
    text: [
      /does not implement OAuth 2\.0 Protected Resource Metadata/,
      /HTTP (?<status>\d+) trying to load well-known OAuth protected resource metadata/,
      /[Pp]rotected [Rr]esource [Mm]etadata request failed/,
      /(?:Failed to|Could not) fetch (?:OAuth )?(?:protected )?resource metadata(?:(?:: AggregateError)?| from (?<url>https?:\S+))/,
      /Failed to discover OAuth configuration from MCP server|No authorization support detected|[Nn]o resource_metadata in|(?:MCP )?[Ss]erver does not support OAuth|No OAuth configuration found for server|WWW-Authenticate header (?:does not contain|has no|lacks|is missing).{0,30}resource_metadata/,
      /OAuth metadata discovery failed for (?<url>\S+)/,
    ],
    culprit: ({ url }) => url,
    explain: (_, url) => ({
      what: `The MCP server does not name its authorization server${url ? ` at ${url}` : ''}.`,
      why: 'It has no protected resource metadata (RFC 9728). It runs without authentication, runs under another path, or is behind a proxy that blocks /.well-known.',
      fix: `${command('snippets', 'fastmcp')} (prints a complete server with that metadata)`,
    }),
    link: LINKS.resourceMetadata,
  },
  {
    id: 'server-metadata-missing',
    topic: 'discovery',
    cause: 'missing-metadata',
    example: 'Failed to discover OAuth metadata',
    text: [
      /Failed to discover OAuth ?2?(?:\.0)? metadata/i,
      /HTTP \d+ trying to load (?:OAuth|OpenID provider|well-known OAuth) metadata(?: from (?<url>\S+))?/,
      /(?:Failed to|Could not) (?:fetch|find|get|load) .{0,90}?(?:authorization )?server metadata\b(?! request)(?:.{0,60}?attempted issuers: (?<url>[^\s),]+)|(?: for authorization server: '(?<issuer>[^']+)')?)/,
      /Error populating auth server metadata for (?<url>\S+): AggregateError/,
      /Failed to find \.well-known\/openid-configuration or .{0,80}? metadata for authorization server: '(?<issuer>[^']+)'/,
      /(?:discover\w*|retrieve|load|fetch)\b[^.]{0,40}\b(?:OIDC|OpenID|OAuth)\b.{0,80}(?:\b404\b|[Nn]ot [Ff]ound)|(?:OIDC|OpenID|OAuth) discovery failed: (?:status )?404|[Cc]ould not discover (?:the )?authorization server|[Uu]nable to load OpenID Connect discovery document|expected 200 OK, got: 404/,
      /auto-discovery from the server base URL returned no metadata|server metadata unavailable|[Dd]iscover OpenID provider: (?:Request failed|Failed to parse)|^404 Not Found: |HTTP 404: Invalid OAuth error response/,
    ],
    culprit: ({ url, issuer }) => url ?? issuer,
    explain: (_, url) => ({
      what: `The client did not find the metadata of the realm${url ? ` at ${url}` : ''}.`,
      why: "The MCP server names an authorization server that is not the realm's issuer, Keycloak is not running, or it is older than 26.4. Those versions have no metadata at the path of RFC 8414. Without metadata a client also reports that it cannot register.",
      fix: `${command('env')} (put KEYCLOAK_ISSUER into "authorization_servers" of the MCP server)`,
    }),
    link: LINKS.discovery,
  },
]
