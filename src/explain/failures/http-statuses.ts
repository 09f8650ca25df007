import { command } from '../../config/command.ts'
import type { Cause } from '../causes.ts'
import type { KnownFailure, Topic } from '../known-failure.ts'
import { LINKS } from '../links.ts'

const VERIFY = () => `${command('verify')} (plays the login and names the step that fails)`

/** HTTP statuses that a program shows alone: `[status and words, topic, cause, what, why, fix]`. */
type StatusRow = readonly [
  status: string,
  topic: Topic,
  cause: Cause,
  what: string,
  why: string,
  fix: () => string,
]

const STATUSES: readonly StatusRow[] = [
  [
    '401 Unauthorized',
    'mcp-server',
    'token-missing',
    'The server requires a token, or does not accept the one that it got.',
    'A first 401 is how each login begins. After a login, the "aud" or "iss" of the token is not the expected one, or the token has expired.',
    () =>
      `${VERIFY()}\n${command('token', { decode: true })} (compare "aud", "iss" and "exp" with your token)`,
  ],
  [
    '403 Forbidden',
    'mcp-server',
    'unspecified',
    'The server knows the program and refuses the request.',
    'At the registration, a policy of the realm refuses a host or a scope. At the MCP server, the token lacks a scope or the Origin is not allowed.',
    () => `${command('logs --explain', { since: '10m' })} (shows the real reason)\n${VERIFY()}`,
  ],
  [
    '404 Not Found',
    'discovery',
    'wrong-request',
    'There is nothing at that URL.',
    'The path of the MCP server is wrong (usually it is /mcp), the realm has another name, the URL begins with /auth, or the MCP server has no /.well-known metadata.',
    () => `${command('env')} (shows the correct URLs)\n${VERIFY()}`,
  ],
  [
    '405 Method Not Allowed',
    'discovery',
    'wrong-request',
    'The URL does not accept the HTTP method of the request.',
    'A client of the older SSE transport sends GET to /mcp, a redirect turned a POST into a GET, or a browser opened an endpoint.',
    VERIFY,
  ],
  [
    '406 Not Acceptable',
    'mcp-server',
    'wrong-request',
    'The request does not accept what the MCP server sends.',
    'Streamable HTTP needs "Accept: application/json, text/event-stream".',
    VERIFY,
  ],
  [
    '415 Unsupported Media Type',
    'discovery',
    'wrong-request',
    'The endpoint does not accept the content type of the request.',
    'A registration and an MCP request are application/json. A token request is application/x-www-form-urlencoded.',
    () => 'Set the Content-Type header of the request.',
  ],
  [
    '500 Internal Server Error',
    'discovery',
    'unspecified',
    'The server failed on the request and gives no reason.',
    'Its log has the exception. For a registration at Keycloak it is nearly always a redirect URI without a host.',
    () => `${command('logs', { since: '10m', level: 'ERROR' })}\nOr read the log of the MCP server.`,
  ],
  [
    '502 Bad Gateway|503 Service Unavailable|504 Gateway Timeout',
    'machine',
    'unspecified',
    'A proxy stands before the server and got no answer that it can use.',
    'Keycloak or the MCP server is not running or still starts, the proxy has a wrong address, or its buffers are too small for the cookies of Keycloak. The log of the proxy says which.',
    () => `${command('status')} (shows whether Keycloak runs, and where)`,
  ],
]

/** The lines of HTTP statuses. Like the codes, they are frames. */
export const STATUS_FAILURES: readonly KnownFailure[] = STATUSES.map(
  ([status, topic, cause, what, why, fix]) => ({
    id: `status-${status.slice(0, 3)}`,
    topic,
    cause,
    example: status.replace(/\|.*/, ''),
    text: [
      new RegExp(`^(?:HTTP |HTTP error |status |status code )?(?:${statusWords(status)})$`, 'i'),
      inProgram(status),
    ],
    vague: 'any',
    explain: () => ({ what, why, fix: fix() }),
    link: LINKS.mcpAuthorization,
  }),
)

/** A status in the words of HTTP libraries: axios, got, httpx, requests, .NET, Spring, reqwest and the SDKs of MCP. */
function inProgram(status: string): RegExp {
  const codes = status.replace(/ [^|]+/g, '')
  const words = status.replace(/\b\d+ /g, '')
  return new RegExp(
    [
      `(?:Error POSTing to endpoint \\(HTTP |[Ss]tatus code:? ?|indicate success: |Response code |HTTP status (?:client|server) error \\(|Non-200 status code \\()(?:${codes})\\b`,
      `\\b(?:${codes}) (?:Client|Server) Error: |(?:Client|Server) error '(?:${codes}) |\\b(?:${codes}) (?:${words}) from (?:GET|POST) |^(?:${codes}) (?:${words}): `,
      `(?:Failed to open SSE stream|Error POSTing to endpoint|sending "[\\w/]+"): (?:${words})\\b`,
    ].join('|'),
  )
}

/** Each status with its words, as a number alone, and its words alone. */
function statusWords(status: string): string {
  return status
    .split('|')
    .map((one) =>
      one === '404 Not Found'
        ? `${one}|(?<=HTTP |error |status |code )404|\\{"detail": ?"Not Found"\\}`
        : `${one}|(?<=HTTP |error |status |code )${one.slice(0, 3)}|${one.slice(4)}`,
    )
    .join('|')
}
