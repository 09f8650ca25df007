/** The two kinds of the protocol: `modern` has neither `initialize` nor sessions. */
export type Era = 'modern' | 'legacy'

/** The protocol version that we send in each era. */
export const VERSIONS: Readonly<Record<Era, string>> = { modern: '2026-07-28', legacy: '2025-06-18' }

/** The version that `initialize` offers, as the official SDKs do. A server without it answers with another one. */
const OFFERED_VERSION = '2025-11-25'

/** The first request of a client in each era. */
export const FIRST_METHODS: Readonly<Record<Era, string>> = {
  modern: 'server/discover',
  legacy: 'initialize',
}

const CLIENT = { name: 'mcp-keycloak verify', version: '1.0.0' }
const META = 'io.modelcontextprotocol'

/** A JSON-RPC response, with the members that we read. */
export interface McpMessage {
  readonly result?: unknown
  readonly error?: { readonly code?: unknown; readonly message?: unknown; readonly data?: unknown }
}

/** The connection that began with `initialize`. */
export interface LegacySession {
  /** `undefined` for a server without sessions. */
  readonly id?: string | undefined
  /** The negotiated protocol version. */
  readonly version?: string | undefined
}

/** The headers and the body of one request to an MCP server. */
export interface McpRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Creates a request of one era.
 *
 * @param params without `_meta`
 * @param session of the legacy era
 * @see {@link https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http MCP transports}
 */
export function mcpRequest(
  era: Era,
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  { id, version = VERSIONS.legacy }: LegacySession = {},
): McpRequest {
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const message = (all: object) => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: all })
  if (era === 'legacy') {
    const isFirst = method === FIRST_METHODS.legacy
    const negotiated = isFirst ? {} : { 'mcp-protocol-version': version }
    const session = id === undefined ? {} : { 'mcp-session-id': id }
    const first = { protocolVersion: OFFERED_VERSION, capabilities: {}, clientInfo: CLIENT }
    return { headers: { ...headers, ...negotiated, ...session }, body: message(isFirst ? first : params) }
  }
  const _meta = {
    [`${META}/protocolVersion`]: VERSIONS.modern,
    [`${META}/clientInfo`]: CLIENT,
    [`${META}/clientCapabilities`]: {},
  }
  const name = typeof params.name === 'string' ? { 'mcp-name': params.name } : {}
  const standard = { 'mcp-protocol-version': VERSIONS.modern, 'mcp-method': method, ...name }
  return { headers: { ...headers, ...standard }, body: message({ ...params, _meta }) }
}

/**
 * Reads the first JSON-RPC response from a JSON body or an event stream; `undefined` when there is none.
 *
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation HTML: event streams}
 */
export function readMessage(text: string): McpMessage | undefined {
  const events = text.split(/\r\n\r\n|\n\n|\r\r/).map(dataOf)
  for (const candidate of [text, ...events]) {
    try {
      const read = [JSON.parse(candidate) as unknown].flat().find(isResponse)
      if (read) return isMessage(read) ? read : undefined
    } catch {} // a body that is not JSON, or an event that is not
  }
  return undefined
}

/** The data of one event, which can be on several lines. */
function dataOf(event: string): string {
  return event
    .split(/\r\n|\n|\r/)
    .flatMap((line) => /^data: ?(.*)$/.exec(line)?.[1] ?? [])
    .join('\n')
}

function isResponse(read: unknown): read is object {
  return typeof read === 'object' && read !== null && ('result' in read || 'error' in read)
}

function isMessage(read: object): read is McpMessage {
  if (!('jsonrpc' in read)) return false
  const { error } = read as { readonly error?: unknown }
  return error === undefined || (typeof error === 'object' && error !== null)
}
