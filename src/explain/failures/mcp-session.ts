import { command } from '../../config/command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Sessions and redirects between an MCP client and an MCP server. */
export const MCP_SESSION_FAILURES: readonly KnownFailure[] = [
  {
    id: 'mcp-session-gone',
    topic: 'mcp-server',
    cause: 'server-restart',
    example: 'Bad Request: No valid session ID provided',
    text: [
      /No valid session ID provided|Unknown Mcp-Session-Id|(?:Invalid|Missing|Expired) (?:or \w+ )?(?:mcp-)?session[- ]id\b/i,
      /Server not initialized|before initialization (?:was|is) complete|Session not initialized/,
      /(?<!(?:user|offline|sso|keycloak|login|client) )\bsession not found\b/i,
      /(?!^session (?:has |is )?expired\.?$)(?<!(?:user|offline|sso|keycloak|login) )session (?:id )?\S{0,40} ?(?:has )?(?:not found|expired|terminated|does not exist|is unknown)(?! or|.{0,20}\b(?:log|sign) ?in\b)|: unknown session\b/i,
    ],
    explain: () => ({
      what: 'The MCP server does not know the session of the client.',
      why: 'Sessions of MCP are in the memory of the server: it was restarted, has several processes, or removed an idle session. Keycloak has no part in it.',
      fix: 'Reconnect the MCP server in the program, or restart the program.\nSeveral processes: route a session to one process, or make the server stateless (FastMCP: stateless_http=True).',
    }),
    link: LINKS.mcpTransports,
  },
  {
    id: 'transport-differs',
    topic: 'mcp-server',
    cause: 'wrong-request',
    example: 'SSE error: Non-200 status code (405)',
    text: [
      /SSE error: (?:Non-200 status code \((?<status>40[0456])\)|Invalid content type)/,
      /Client must accept (?:both )?(?:application\/json|text\/event-stream)|Expected (?:response )?header Content-Type to contain .?text\/event-stream/,
      /Unexpected content type: (?<type>text\/\w+)/,
    ],
    vague: 'topic',
    culprit: ({ status, type }) => status ?? type,
    explain: () => ({
      what: 'The client and the MCP server speak different transports, or the path is wrong.',
      why: 'Streamable HTTP has one endpoint, usually /mcp, which takes POST. The older SSE transport begins with a GET, usually of /sse. A client that gets 405 or HTML has the other one, or a page of another program.',
      fix: `Configure the client for the transport of the server: "http" for /mcp, "sse" for /sse.\nTo see which one the server has: ${command('verify', '<url>')}`,
    }),
    link: LINKS.mcpTransports,
  },
  {
    id: 'protocol-version',
    topic: 'mcp-server',
    cause: 'wrong-request',
    example: 'Bad Request: Unsupported protocol version',
    text: [
      /(?:Unsupported|Invalid|Unknown) (?:MCP )?protocol version|[Pp]rotocol version (?:is )?not supported|server's protocol version is not supported/,
    ],
    explain: () => ({
      what: 'The client and the MCP server speak different versions of MCP.',
      why: 'The header MCP-Protocol-Version, or the version of "initialize", is one that the other side does not know.',
      fix: `Update the older of the two.\nTo see the version of the server: ${command('verify', '<url>')}`,
    }),
    link: LINKS.mcpTransports,
  },
  {
    id: 'authorization-failed',
    topic: 'mcp-server',
    cause: 'unspecified',
    example: 'Authorization with the MCP server failed. You can check your credentials and permissions.',
    text: [
      /Authorization with the MCP server failed/,
      /^(?:No tools available|No tools, prompts,? or resources|(?:Needs|Requires) authentication|Auth(?:entication)? required)\.?$/i,
    ],
    vague: 'any',
    explain: () => ({
      what: 'The program is not logged in at the MCP server, and does not say why.',
      why: 'The login was not done, or one of its steps failed: the metadata, the registration, the redirect, the token, or the check of the token by the MCP server.',
      fix: `${command('verify')} (plays the login and names the step that fails)\n${command('logs --explain', { since: '10m' })}`,
    }),
    link: LINKS.mcpAuthorization,
  },
  {
    id: 'connection-closed',
    topic: 'mcp-server',
    cause: 'unspecified',
    example: 'MCP error -32000: Connection closed',
    text: [/MCP error -3200[01]: (?<reason>Connection closed|Request timed out)/],
    vague: 'any',
    culprit: ({ reason }) => reason,
    explain: (_, reason) => ({
      what: `The MCP server ${reason === 'Request timed out' ? 'did not answer in time' : 'ended the connection'}.`,
      why: 'The process of a stdio server ended, or a login in a browser was not finished in time. The lines before it, or the log of the server, have the reason.',
      fix: `Run the command of the server in a terminal, and read its output.\nFor a server with a URL: ${command('verify', '<url>')}`,
    }),
    link: LINKS.mcpDebugging,
  },
  {
    id: 'proxy-store-lost',
    topic: 'token',
    cause: 'session-gone',
    example: 'JTI mapping not found for refresh token',
    text: [
      /JTI mapping not found/,
      /Refresh token not found for client=(?<client>[\w.:/-]+)/,
      /already rotated, expired, or revoked|Authorization code not found: /,
    ],
    stale: true,
    culprit: ({ client }) => client,
    explain: (_, client) => ({
      what: `The OAuth proxy of the MCP server no longer has the token of the client${client ? ` ${client}` : ''}.`,
      why: 'FastMCP keeps those tokens in a store. The store was in memory and the server was restarted, or the refresh token was used before.',
      fix: 'Log in again. To keep logins over restarts, give the OAuth proxy a store on disk (client_storage) and a fixed jwt_signing_key.',
    }),
    link: LINKS.oauthProxy,
  },
  {
    id: 'redirect-drops-token',
    topic: 'mcp-server',
    cause: 'redirect-drops-token',
    vague: 'any',
    example: '"POST /mcp HTTP/1.1" 307 Temporary Redirect',
    text: [
      /"POST (?<path>\/[^\s"]*) HTTP\/[\d.]+" 30[1278]\b/,
      /onRequestResponse (?<url>http:\S+) 30[1278]\b/,
      /POST (?<url>https?:\S+)\s.{0,40}?\b30[1278] (?:Temporary|Permanent|Moved|Found)/,
      /redirect to non-same-origin URL rejected: (?<url>\S+)/,
      /(?:introspection|user ?info|token|discovery|registration)\b.{0,60}?(?:status[= :]+(?:code )?|failed: (?:HTTP )?)30[12378]\b/i,
    ],
    culprit: ({ url, path }) => url ?? path,
    explain: ({ path }, culprit) => ({
      what: `The server answers ${culprit ? `${culprit} ` : ''}with a redirect, so the request loses its token or its body.`,
      why: `${path && !path.endsWith('/') ? `Usually the redirect adds a slash to ${path}. ` : ''}A client does not send the Authorization header to another URL, and a POST may become a GET.`,
      fix: 'Connect to the exact URL of the server: with its slash at the end, or with https in place of http.\nBehind a proxy that ends TLS: tell the server about it (uvicorn: --proxy-headers), so that it does not redirect to http.',
    }),
    link: LINKS.mcpAuthorization,
  },
  {
    id: 'reconnect-failed',
    topic: 'mcp-server',
    cause: 'redirect-drops-token',
    example: 'Got new credentials, but reconnecting failed: ECONNRESET',
    text: [/Got new credentials, but reconnecting failed(?:: (?<reason>\S+))?/],
    vague: 'topic',
    culprit: ({ reason }) => reason,
    explain: () => ({
      what: 'The login succeeded, and the next request to the MCP server failed.',
      why: 'A gateway redirects the MCP URL (to a slash at the end, or to http), which removes the token. Or the server closes the connection.',
      fix: `${command('verify')} (shows the response of each step)`,
    }),
    link: LINKS.mcpAuthorization,
  },
  {
    id: 'host-header-refused',
    topic: 'mcp-server',
    cause: 'origin',
    example: 'Invalid Host header: mcp.example.com',
    text: [
      /Invalid Host [Hh]eader(?:: (?<host>[\w.:[\]-]+))?/,
      /Invalid Origin header(?:: (?<origin>[^\s"']+))?/,
      /421 Misdirected Request|DNS rebinding protection|Host (?:header )?(?:is )?not allowed|(?:Blocked request|Forbidden)\. This host \("?(?<host>[\w.-]+)"?\) is not allowed/,
    ],
    culprit: ({ host, origin }) => origin ?? host,
    explain: ({ host, origin }) => ({
      what: `The server does not accept the ${origin ? `origin ${origin}` : `host name${host ? ` ${host}` : ''}`} of the request.`,
      why: 'MCP servers protect themselves against DNS rebinding: they answer only to the names that their settings list. By default that is localhost.',
      fix: `Add ${origin ?? host ?? 'the name'} to the allowed ${origin ? 'origins' : 'hosts'} of the MCP server, or connect to localhost.`,
    }),
    link: LINKS.mcpTransports,
  },
]
