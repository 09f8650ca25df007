import type { Fetch } from '../oauth/bounded-fetch.ts'
import { networkFault } from './network-fault.ts'
import { type Era, FIRST_METHODS, type McpMessage, mcpRequest, readMessage, VERSIONS } from './protocol.ts'

/** A response of the MCP endpoint. */
export interface Answer {
  readonly response: Response
  /** The body; of an event stream, only the beginning up to the first response. */
  readonly text: string
  /** The JSON-RPC response in the body. */
  readonly message?: McpMessage | undefined
}

/** A request to the MCP endpoint that differs from a client's usual ones. */
export interface OtherRequest {
  readonly method?: 'POST' | 'GET' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Default: the MCP URL. */
  readonly url?: URL
}

/** The MCP endpoint of a server. */
export interface McpEndpoint {
  readonly url: URL
  /**
   * Sends the first request of a client: `initialize`, or `server/discover` in the modern era. Ends the session that
   * begins with it.
   *
   * @throws {Fault} when there is no response
   * @see {@link https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http Streamable HTTP}
   */
  initialize(token?: string, headers?: Readonly<Record<string, string>>, era?: Era): Promise<Answer>
  /**
   * Sends another request. Leaves a session open.
   *
   * @throws {Fault} when there is no response
   */
  send(request: OtherRequest): Promise<Answer>
  /** Sends the CORS preflight of a page that would send requests with a token. */
  preflight(origin: string): Promise<Response>
}

/** The headers that a web page sends to an MCP server. */
const BROWSER_HEADERS = 'authorization,content-type,mcp-method,mcp-name,mcp-protocol-version,mcp-session-id'

export function mcpEndpoint(url: URL, fetch: Fetch): McpEndpoint {
  const ask = async (init: RequestInit, at = url) => {
    try {
      return await fetch(at, init)
    } catch (error) {
      throw networkFault(at, error)
    }
  }
  const send = async ({ url: at = url, method = 'POST', headers, body }: OtherRequest) => {
    const response = await ask({ method, headers, ...(body !== undefined && { body }) }, at)
    const text = await readBody(at, response, method === 'GET')
    return { response, text, message: readMessage(text) }
  }
  let endsSessions = true
  return {
    url,
    send,
    async initialize(token, headers, era = 'legacy') {
      const auth = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const request = mcpRequest(era, FIRST_METHODS[era])
      const answer = await send({ ...request, headers: { ...request.headers, ...auth, ...headers } })
      const session = answer.response.headers.get('mcp-session-id')
      if (answer.response.ok && session && endsSessions) {
        const end = { method: 'DELETE', headers: { ...auth, 'mcp-session-id': session } }
        const ended = await fetch(url, end).catch(() => undefined) // a server may refuse to end sessions
        endsSessions = ended !== undefined
        await ended?.body?.cancel()
      }
      return answer
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

/** Whether the server serves the request: a success that is not a JSON-RPC error. */
export function isServed({ response, message }: Answer): boolean {
  return response.ok && message?.error === undefined
}

/** Whether the server refuses the request for its credentials. */
export function isRefused({ response: { status } }: Answer): boolean {
  return status === 401 || status === 403
}

/** The protocol version of a first response; `undefined` when the server does not speak the era. */
export function versionOf(era: Era, answer: Answer): string | undefined {
  if (!isServed(answer)) return undefined
  const result = (answer.message?.result ?? {}) as Readonly<Record<string, unknown>>
  if (era === 'legacy') return typeof result.protocolVersion === 'string' ? result.protocolVersion : undefined
  const { supportedVersions: versions } = result
  return Array.isArray(versions) && versions.includes(VERSIONS.modern) ? VERSIONS.modern : undefined
}

/** Whether the body is an event stream. */
export function isStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') ?? false
}

/** How long an event stream may take until its first response. */
const STREAM_MS = 1_000

/**
 * Reads a body. Reads an event stream up to its first response only, because it may have no end.
 *
 * @param opensStream whether the request opens a stream, which need not send anything
 */
export async function readBody(url: URL, response: Response, opensStream: boolean): Promise<string> {
  const isEvents = isStream(response)
  const reader = response.body?.getReader()
  if (!reader) return ''
  if (isEvents && opensStream) {
    await reader.cancel()
    return ''
  }
  const decoder = new TextDecoder()
  const over = Promise.withResolvers<undefined>()
  const timer = isEvents ? setTimeout(() => over.resolve(undefined), STREAM_MS) : undefined
  let text = ''
  try {
    for (;;) {
      const part = await Promise.race([reader.read(), over.promise])
      if (part === undefined || part.done) break
      text += decoder.decode(part.value, { stream: true })
      if (isEvents && /[\r\n]$/.test(text) && readMessage(text)) break
    }
    return text
  } catch (error) {
    throw networkFault(url, error)
  } finally {
    clearTimeout(timer)
    await reader.cancel().catch(() => {}) // the server may have gone
  }
}
