import { Fault, type FaultText } from '../checks/finding.ts'
import { command } from '../config/command.ts'
import { MCP_SPEC } from '../config/mcp-spec.ts'
import type { Answer } from './mcp-endpoint.ts'

const GIVE_THE_URL = 'Give the URL of the MCP endpoint, with its path: mostly it ends with /mcp.'

/**
 * Checks that a response comes from an MCP endpoint.
 *
 * @param hasMetadata whether the server publishes metadata. Then a 403 is a wrong refusal of an MCP server
 * @throws {Fault} for a redirect, a web page, a server error, a refused host name, or a missing endpoint
 */
export function assertMcpEndpoint(
  url: URL,
  { response: { status, headers }, text, message }: Answer,
  hasMetadata: boolean,
): void {
  const type = headers.get('content-type') ?? ''
  const location = headers.get('location')
  if (status >= 300 && status < 400) {
    const next = URL.parse(location ?? '', url.href)
    const target = next && /^https?:$/.test(next.protocol) ? next.href : undefined
    if (next && isSignInPage(url, next)) throw new Fault(signIn(url, next, status))
    throw new Fault({
      what: `${url} redirects${next ? ` to ${next.href.slice(0, 200)}` : ''} (${status}).`,
      why: 'Tokens are for one URL, letter by letter, and are not sent on to another one.',
      fix: target
        ? `Give that URL to the clients, and here: ${command('verify', target)}`
        : 'Give the URL that it means.',
    })
  }
  if (status === 421 || (status === 403 && /invalid host|host.{0,60}not allowed/i.test(text))) {
    throw new Fault({
      what: `${url.origin} refuses the host name ${url.host} (${status}).`,
      why: `It protects itself from DNS rebinding, and does not know that name: ${JSON.stringify(text.slice(0, 100))}`,
      fix: `Add ${url.host} to the allowed hosts of the server, or give the URL with the name that it knows.`,
      url: MCP_SPEC.streamableHttp,
    })
  }
  if (message?.error !== undefined && status < 500) return // a modern server answers an unknown method with 404
  if (isOldTransport(url, status, headers)) throw new Fault(oldTransport(url, status))
  if (status === 404 || status === 410) {
    throw new Fault({
      what: `There is nothing at ${url} (${status}).`,
      why: `A server answers at ${url.origin}, but not on the path ${url.pathname}.`,
      fix: GIVE_THE_URL,
    })
  }
  if (status >= 500) {
    throw new Fault({
      what: `${url} answers ${status} to a request without a token.`,
      why: 'The server fails before it asks for a token.',
      fix: "Look at the server's log.",
    })
  }
  const isMcp = type.startsWith('text/event-stream') || text.includes('"jsonrpc"')
  if (status === 401 || headers.has('www-authenticate') || isMcp) return
  if (status === 403 && hasMetadata) return
  if (status === 403) {
    throw new Fault({
      what: `${url} refuses a request without a token with 403, where 401 belongs.`,
      why: 'A client begins to log in when it sees 401, and at nothing else. It publishes no metadata either, so it may be no MCP server.',
      fix: [
        'Answer 401 with WWW-Authenticate, and publish the metadata.',
        `If it is not an MCP server: ${GIVE_THE_URL}`,
      ],
      url: MCP_SPEC.authorization,
    })
  }
  if (status === 200 && type.startsWith('text/html')) {
    if (/type=.?password|(log|sign)[ -]?in\b/i.test(text)) throw new Fault(signIn(url, undefined, status))
    throw new Fault({
      what: `${url} answers with a web page (200, text/html).`,
      why: 'That is not an MCP server. An app of web pages often answers every unknown path with its first page.',
      fix: GIVE_THE_URL,
    })
  }
  throw new Fault({
    what: `${url} is not an MCP server.`,
    why: `An MCP server answers a POST of "initialize" with JSON-RPC or an event stream; this one answered ${status}${type ? `, ${type}` : ''}.`,
    fix: GIVE_THE_URL,
  })
}

/** Whether a redirect leads to a page where people sign in, not to another spelling of the endpoint. */
function isSignInPage(url: URL, next: URL): boolean {
  const isSamePath = next.pathname.replace(/\/$/, '') === url.pathname.replace(/\/$/, '')
  return !isSamePath && /log-?in|sign-?in|auth|sso|account/i.test(next.hostname + next.pathname)
}

/** @param next the login that a redirect leads to; `undefined` for a response that is the login */
function signIn(url: URL, next: URL | undefined, status: number): FaultText {
  return {
    what: next
      ? `${url} sends clients to a web page's login (${status}, ${next.href.slice(0, 200)}).`
      : `${url} answers with a web page's login (${status}, text/html).`,
    why: 'That is a login for browsers, often of a proxy. It is not OAuth for MCP: a client begins to log in when it sees 401.',
    fix: 'Let the proxy pass the MCP endpoint and /.well-known/, and answer 401 with WWW-Authenticate there.',
    url: MCP_SPEC.authorization,
  }
}

/** Whether the endpoint takes GET only, as the transport of 2024-11-05 (HTTP with SSE) did. */
function isOldTransport({ pathname }: URL, status: number, headers: Headers): boolean {
  const allowed = (headers.get('allow') ?? '').toUpperCase()
  const takesGetOnly = status === 405 && allowed.includes('GET') && !allowed.includes('POST')
  return takesGetOnly || ([404, 405].includes(status) && /\/sse\/?$/.test(pathname))
}

function oldTransport(url: URL, status: number): FaultText {
  return {
    what: `${url} takes no POST (${status}): it seems to speak the old transport HTTP+SSE only.`,
    why: 'That transport is of the protocol 2024-11-05. It is deprecated since 2025-03-26, and many clients no longer have it.',
    fix: 'Serve Streamable HTTP: in FastMCP transport="http", in the SDKs StreamableHTTPServerTransport. The path is mostly /mcp then.',
    url: MCP_SPEC.oldTransport,
  }
}
