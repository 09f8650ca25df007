import { command } from '../../config/command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Addresses that a program does not reach. */
export const NETWORK_FAILURES: readonly KnownFailure[] = [
  {
    id: 'connection-refused',
    topic: 'machine',
    cause: 'host-unreachable',
    example: 'connect ECONNREFUSED 127.0.0.1:8080',
    text: [
      /ECONNREFUSED (?<address>[\w.:[\]-]*\w)/,
      /Failed to connect to (?<host>\S+) port (?<port>\d+)/,
      /host='(?<host>[^']+)', port=(?<port>\d+)(?!\d).*(?:Connection refused|NewConnectionError)/,
      /(?<!JWKS: )All connection attempts failed/,
      /dial tcp (?<address>[\d.:[\]]+): connect: connection refused/,
      /Connection refused: (?<host>[\w.-]+)\/[\d.:]+?:(?<port>\d+)/,
      /(?<url>https?:\/\/[\w.-]{1,200}:\d{1,5})[^\s)'"]{0,300}\)? failed: connection refused/,
      /(?:Connecting To (?<host>[\w.:-]+?)\.{3})?[Cc]ould not open connection to the host, on port (?<port>\d+)/,
      /open tcp connection to (?<host>[\w.-]+):(?<port>\d+)/i,
      /Connect to (?<host>[\w.-]+):(?<port>\d+) .{0,60}failed/,
      /(?<!Connection to [\w.-]{1,60}:5432 )\b[Cc]onnection refused|actively refused it|WinError 10061|ECONNREFUSED: |\brefused to connect\b|Cannot assign requested address|ERR_CONNECTION_REFUSED|os error 111|^ECONNREFUSED$/i,
    ],
    culprit: ({ address, host, port, url }) =>
      address ?? (host && `${host}:${port}`) ?? url?.replace(/^\w+:\/\//, ''),
    explain: ({ port }, address) => ({
      what: `Nothing listens on ${address ?? (port ? `port ${port}` : 'that port')}.`,
      why: [
        address?.endsWith(':8080')
          ? 'Keycloak usually listens there. It is not running, or it uses another port. In a container, localhost is the container itself.'
          : 'Keycloak or the MCP server is not running, or it uses another port. In a container, localhost is the container itself.',
        ...(address?.startsWith('::1') || address?.startsWith('[::1]')
          ? ['The program used IPv6 for localhost, and the server may listen on 127.0.0.1 only.']
          : []),
      ].join(' '),
      fix: [
        command('up'),
        `To see its URL: ${command('status')}. In a container, use the URL that "up" shows under "From containers".`,
        ...(address?.includes('::1') ? ['Or write 127.0.0.1 in place of localhost.'] : []),
      ].join('\n'),
    }),
    link: LINKS.issuerInContainers,
  },
  {
    id: 'connection-timeout',
    topic: 'machine',
    cause: 'host-unreachable',
    example: 'java.net.ConnectException: Connection timed out: connect',
    text: [
      /[Cc]onnection timed out|ETIMEDOUT(?: (?<address>[\w.:[\]-]*\w))?|ConnectTimeout(?:Error|Exception)?|connect timed out|i\/o timeout|ERR_CONNECTION_TIMED_OUT|EHOSTUNREACH|[Nn]o route to host|due to an? [\w ]{0,20}timeout\b/,
      /Read timed out|ReadTimeout(?:Error)?\b|UND_ERR_(?:HEADERS|BODY)_TIMEOUT|context deadline exceeded|operation timed out|Client\.Timeout exceeded|TLS handshake timeout|request canceled while waiting for connection|request timed out after \d|aborted due to timeout|HeadersTimeoutError|upstream request timeout|Network is unreachable/,
    ],
    culprit: ({ address }) => address,
    explain: (_, address) => ({
      what: `${address ?? 'The address'} does not answer.`,
      why: 'A firewall drops the request, the program must use an HTTP proxy, or the address belongs to another network (a container, WSL, a VPN).',
      fix: `${command('status')} (shows the URL that works on this machine)\nIn a container, use the URL that "up" shows under "From containers". Behind a company proxy, set HTTPS_PROXY for the program.`,
    }),
    link: LINKS.issuerInContainers,
  },
  {
    id: 'issuer-unreachable-https',
    topic: 'machine',
    cause: 'tls',
    example:
      'Unable to resolve Configuration with the provided Issuer of "https://localhost:8443/realms/fastmcp"',
    text: [
      /Unable to resolve (?:the )?Configuration with the provided Issuer of "(?<url>https:[^"]+)"/,
      /Could not obtain configuration from server \[(?<url>https:[^\]]+)\]/,
      /could not fetch OIDC information from \[?(?<url>https:[^\s\])]+)/,
      /IDX2080[347]: .{0,60}?'(?<url>https:[^']+)'/,
    ],
    vague: 'any',
    culprit: ({ url }) => url,
    explain: (_, url) => ({
      what: `The program could not read the metadata of the realm${url ? ` at ${url}` : ''}.`,
      why: `The program probably does not trust the certificate. ${url?.includes('/auth/realms/') ? 'Keycloak has no /auth in its URLs since version 17. ' : ''}It is also possible that nothing answers there. The innermost "Caused by" has the reason.`,
      fix: `Import the certificate into the truststore of the program, or use http for development: ${command('env')}\n${command('status')} (shows whether Keycloak runs, and where)`,
    }),
    link: LINKS.hostname,
  },
  {
    id: 'issuer-unreachable',
    topic: 'machine',
    cause: 'host-unreachable',
    example:
      'Unable to resolve Configuration with the provided Issuer of "http://localhost:8080/realms/fastmcp"',
    text: [
      /Unable to resolve (?:the )?Configuration with the provided Issuer of "(?<url>http:[^"]+)"/,
      /IDX2080[347]: .{0,60}?'(?<url>http:[^']+)'/,
      /IDX2080[347]: .{0,60}?'(?:System\.|\[PII)/,
      /(?:OIDC|Keycloak) [Ss]erver is not available|tenant is not initialized|Tenant configuration has not been resolved|accessing discovery url \((?<url>[^)]+)\) failed/,
      /Could not obtain configuration from server \[(?<url>http:[^\]]+)\]/,
      /Failed to load URLs from (?<url>\S+)/,
      /[Ee]rror while discovery OIDC configuration|Cannot get oidc provider: Get "(?<url>[^"]+)"/,
      /Error populating auth server metadata for (?<url>\S+): TypeError: (?:fetch failed|Failed to fetch)/,
      /(?:discovery|openid-configuration|OIDC (?:provider|configuration|metadata)|well-known)[^.]{0,60}\b(?:unreachable|not reachable|timed out|could not be (?:reached|fetched|loaded|retrieved))/i,
    ],
    vague: 'any',
    culprit: ({ url }) => url,
    explain: (_, url) => ({
      what: `The program could not read the metadata of the realm${url ? ` at ${url}` : ''}.`,
      why: `Usually nothing answers there: Keycloak does not run, or the program runs in a container, where localhost is the container itself. ${url?.includes('/auth/realms/') ? 'Keycloak has no /auth in its URLs since version 17. ' : ''}The innermost "Caused by" has the reason.`,
      fix: `${command('status')} (shows whether Keycloak runs, and where)\nIn a container, use the URL that "up" shows under "From containers".`,
    }),
    link: LINKS.issuerInContainers,
  },
  {
    id: 'nothing-reached',
    topic: 'machine',
    cause: 'host-unreachable',
    example: 'TypeError: fetch failed',
    text: [
      /CORS request did not succeed|chrome-error:\/\//,
      /TypeError: fetch failed|error sending request for url|^fetch failed$|Max retries exceeded with url|Failed to establish a new connection|Unable to connect to the remote server|received no bytes|NoHttpResponseException|[Ss]ite can't be reached|^Unable to connect to \S+:\d+$/,
      /Unable to connect\. Is the computer able to access the url\?/,
      /\b(?:Get|Post|Put|Head|Delete) "?https?:\/\/\S+?"?: (?:unexpected )?EOF\b|read: connection reset by peer|server closed idle connection/,
      /RemoteDisconnected|RemoteProtocolError|Server disconnected without sending a response|Remote end closed connection|Premature close/,
    ],
    vague: 'topic',
    explain: () => ({
      what: 'The program could not reach the URL.',
      why: 'Nothing listens there, the host name does not exist, a proxy blocks the request, or the other side closed the connection. Lines after this one may show the cause.',
      fix: `${command('status')} (shows whether Keycloak runs, and where)\nCheck that the MCP server runs too.`,
    }),
    link: LINKS.issuerInContainers,
  },
  {
    id: 'connection-reset',
    topic: 'machine',
    cause: 'host-unreachable',
    example: 'Error: socket hang up',
    text: [
      /^(?:\w*Error: )?(?:(?:read |write )?ECONNRESET|EPIPE|socket hang up|Connection reset by peer|other side closed|ERR_CONNECTION_(?:RESET|CLOSED))$/i,
      /SSL_ERROR_SYSCALL|curl: \((?:35|56)\) .{0,60}Connection reset by peer|disconnected before secure TLS connection|unexpected eof while reading|Empty reply from server|ERR_EMPTY_RESPONSE|upstream prematurely closed connection|disconnect\/reset before headers/,
    ],
    vague: 'any',
    explain: () => ({
      what: 'The other side closed the connection.',
      why: 'The server was restarted, is still starting or ended, a proxy closed the connection, or http was spoken to a port with https.',
      fix: `${command('status')} (shows whether Keycloak runs, and where)\n${command('logs', { since: '10m', level: 'WARN' })}`,
    }),
    link: LINKS.issuerInContainers,
  },
  {
    id: 'host-unknown',
    topic: 'machine',
    cause: 'host-unreachable',
    example: 'getaddrinfo ENOTFOUND keycloak',
    text: [
      /(?:getaddrinfo |^)(?:ENOTFOUND|EAI_AGAIN) (?<host>[\w.-]+)/,
      /^(?:getaddrinfo )?(?:ENOTFOUND|EAI_AGAIN)$/,
      /Could not resolve host: (?<host>[\w.-]+)/,
      /lookup (?<host>[\w.-]+)(?: on [\w.:[\]]+)?: (?:no such host|server misbehaving)/,
      /UnknownHostException(?:: (?<host>[\w.-]+))?|ERR_NAME_NOT_RESOLVED/,
      /No such host is known(?:\. \((?<host>[\w.-]+):)?/,
      /Name or service not known|nodename nor servname provided|Temporary failure in name resolution|failed to lookup address|ConnectError\("dns error"|server IP address could not be found|DNS_PROBE_FINISHED|bad address '(?<host>[\w.-]+)/,
      /host not found in upstream "(?<host>[\w.-]+)/,
      /no resolver defined to resolve (?<host>[\w.-]+)/,
    ],
    culprit: ({ host }) => host,
    explain: (_, host) => ({
      what: host
        ? `The host name "${host}" does not exist on this machine.`
        : 'A host name does not exist on this machine.',
      why: 'Names such as "keycloak" exist only inside the Docker network. The name host.docker.internal exists only in containers, and on Linux only with an option of the container.',
      fix: `${command('status')} (shows the URL for this machine; in a container, use the URL that "up" shows under "From containers")`,
    }),
    link: LINKS.issuerInContainers,
  },
  {
    id: 'proxy-in-the-way',
    topic: 'machine',
    cause: 'proxy',
    example: 'java.lang.Exception: Proxy Authentication Required',
    text: [
      /Proxy Authentication Required|\b407\b.{0,20}[Pp]roxy|ProxyError|tunneling socket could not be established|Unable to tunnel through proxy|Tunnel connection failed|Unsupported proxy scheme|ERR_(?:PROXY|TUNNEL)_\w+|Host name may not be null/,
      /proxyconnect tcp: |Received HTTP code \d+ from proxy after CONNECT/,
    ],
    explain: () => ({
      what: 'An HTTP proxy stands between the program and the server.',
      why: 'The proxy requires a login, or it refuses the request. Requests to localhost and to containers must not go through it.',
      fix: 'NO_PROXY=localhost,127.0.0.1,host.docker.internal\nFor requests to the internet, put the name and password of the proxy into HTTPS_PROXY.',
    }),
    link: LINKS.outgoingHttp,
  },
  {
    id: 'header-too-big',
    topic: 'machine',
    cause: 'proxy',
    example: '[error] 23#23: *1 upstream sent too big header while reading response header from upstream',
    text: [
      /upstream sent too big header|Request Header Or Cookie Too Large|Request Header Fields Too Large|[Rr]equest header is too large|[Hh]eader is too large \d/,
      /HPE_HEADER_OVERFLOW|Header(?:s)? (?:overflow|size exceeds)|UND_ERR_HEADERS_OVERFLOW/,
    ],
    explain: () => ({
      what: 'A header is larger than a program in between accepts.',
      why: "Keycloak's cookies and tokens are long, and they grow with the roles and groups of a user.",
      fix: 'nginx: proxy_buffer_size 16k; proxy_buffers 8 16k; large_client_header_buffers 4 32k;\nNode: node --max-http-header-size=65536\nOr make the token smaller: remove roles and groups that no server reads from its mappers.',
    }),
    link: LINKS.reverseProxy,
  },
]
