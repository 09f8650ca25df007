import { Fault } from '../checks/finding.ts'
import { command } from '../config/command.ts'
import type { Fetch } from '../oauth/bounded-fetch.ts'
import { networkFault } from './network-fault.ts'

/** A response of the MCP endpoint. */
export interface Answer {
  readonly response: Response
  /** The body. Empty for an event stream and for a success with a token, because these are not read. */
  readonly text: string
}

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'mcp-keycloak verify', version: '1.0.0' },
  },
})

/** The MCP endpoint of a server. It gets one request at a time. */
export interface McpEndpoint {
  readonly url: URL
  /**
   * Sends `initialize`. Ends the session that begins with it.
   *
   * @throws {Fault} when there is no response
   * @see {@link https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http Streamable HTTP}
   */
  initialize(token?: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Sends the CORS preflight of a page that would send requests with a token. */
  preflight(origin: string): Promise<Response>
}

/** The headers that a web page sends to an MCP server. */
const BROWSER_HEADERS = 'authorization,content-type,mcp-protocol-version,mcp-session-id'

export function mcpEndpoint(url: URL, fetch: Fetch): McpEndpoint {
  const ask = async (init: RequestInit) => {
    try {
      return await fetch(url, init)
    } catch (error) {
      throw networkFault(url, error)
    }
  }
  let endsSessions = true
  return {
    url,
    async initialize(token, headers) {
      const auth = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const accept = 'application/json, text/event-stream'
      const response = await ask({
        method: 'POST',
        body: INITIALIZE,
        headers: { 'content-type': 'application/json', accept, ...auth, ...headers },
      })
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
      if (!response.ok || (token === undefined && !isStream)) {
        return { response, text: await bodyOf(url, response) }
      }
      await response.body?.cancel()
      const session = response.headers.get('mcp-session-id')
      if (session && endsSessions) {
        const end = { method: 'DELETE', headers: { ...auth, 'mcp-session-id': session } }
        const ended = await fetch(url, end).catch(() => undefined) // a server may refuse to end sessions
        endsSessions = ended !== undefined
        await ended?.body?.cancel()
      }
      return { response, text: '' }
    },
    preflight: (origin) =>
      ask({
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': BROWSER_HEADERS,
        },
      }),
  }
}

async function bodyOf(url: URL, response: Response): Promise<string> {
  try {
    return await response.text()
  } catch (error) {
    throw networkFault(url, error)
  }
}

/**
 * Checks that a response comes from an MCP endpoint.
 *
 * @throws {Fault} for a redirect, a web page, a server error, or a missing endpoint
 */
export function assertMcpEndpoint(url: URL, { response: { status, headers }, text }: Answer): void {
  const type = headers.get('content-type') ?? ''
  const location = headers.get('location')
  if (status >= 300 && status < 400) {
    const next = URL.parse(location ?? '', url.href)
    const target = next && /^https?:$/.test(next.protocol) ? next.href : undefined
    throw new Fault({
      what: `${url} redirects${next ? ` to ${next.href.slice(0, 200)}` : ''} (${status}).`,
      why: 'Tokens are for one URL, letter by letter, and are not sent on to another one.',
      fix: target
        ? `Give that URL to the clients, and here: ${command('verify', target)}`
        : 'Give the URL that it means.',
    })
  }
  if (status === 404 || status === 410) {
    throw new Fault({
      what: `There is nothing at ${url} (${status}).`,
      why: `A server answers at ${url.origin}, but not on the path ${url.pathname}.`,
      fix: 'Give the URL of the MCP endpoint, with its path: mostly it ends with /mcp.',
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
  throw new Fault({
    what: `${url} is no MCP server.`,
    why: `An MCP server answers a POST of "initialize" with JSON-RPC or an event stream; this one answered ${status}${type ? `, ${type}` : ''}.`,
    fix: 'Give the URL of the MCP endpoint, with its path: mostly it ends with /mcp.',
  })
}
