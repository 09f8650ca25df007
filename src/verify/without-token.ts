import { assertMcpEndpoint } from './assert-mcp-endpoint.ts'
import { type Answer, isRefused, isServed, type McpEndpoint, versionOf } from './mcp-endpoint.ts'
import { mcpRequest } from './protocol.ts'

/** A response to a request without a token. */
export interface FirstAnswer extends Answer {
  /** The methods that were served before one was refused. */
  readonly served?: readonly string[]
}

/** A tool that no server has. */
export const MISSING_TOOL = 'mcp_keycloak_verify_no_such_tool'

/**
 * Sends requests without a token until one is refused: `initialize`, then, for a server that does not know it,
 * `server/discover`. If that is served, `tools/list` and `tools/call`.
 *
 * @param hasMetadata whether the server publishes metadata. Asked only for a 403
 * @throws {Fault} when there is no MCP server
 */
export async function askWithoutToken(
  endpoint: McpEndpoint,
  hasMetadata: () => Promise<boolean>,
): Promise<FirstAnswer> {
  const first = await endpoint.initialize()
  assertMcpEndpoint(endpoint.url, first, first.response.status === 403 && (await hasMetadata()))
  if (isRefused(first)) return first
  if (!isServed(first)) {
    if (first.message?.error === undefined && first.response.status !== 400) return first
    const modern = await endpoint.initialize(undefined, {}, 'modern')
    return isRefused(modern) || isServed(modern) ? modern : first
  }
  const session = {
    id: first.response.headers.get('mcp-session-id') ?? undefined,
    version: versionOf('legacy', first),
  }
  const served = ['initialize']
  for (const [method, params] of [
    ['tools/list', {}],
    ['tools/call', { name: MISSING_TOOL, arguments: {} }],
  ] as const) {
    const answer = await endpoint.send(mcpRequest('legacy', method, params, session))
    if (isRefused(answer)) return { ...answer, served }
    if (isServed(answer)) served.push(method)
  }
  return first
}
