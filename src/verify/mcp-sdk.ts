import {
  buildDiscoveryUrls,
  Client,
  checkResourceAllowed,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'

import type { Fetch } from '../oauth/bounded-fetch.ts'
import type { Era } from './protocol.ts'

/** The data that an MCP client sees. */
export interface McpSession {
  readonly serverName: string
  readonly protocolVersion: string | undefined
  readonly tools: readonly string[]
}

/** Limits of a session, and the protocol that the server speaks. */
export interface SessionOptions {
  readonly fetch: Fetch
  /** For each request. */
  readonly timeoutMs: number
  readonly era: Era
}

/**
 * Sends an MCP client's first requests with the official TypeScript SDK: `initialize`, then `tools/list`.
 */
export async function listTools(
  url: URL,
  token: string,
  { fetch, timeoutMs, era }: SessionOptions,
): Promise<McpSession> {
  const versionNegotiation = { mode: era === 'modern' ? ('auto' as const) : ('legacy' as const) }
  const client = new Client({ name: 'mcp-keycloak verify', version: '1.0.0' }, { versionNegotiation })
  const transport = new StreamableHTTPClientTransport(url, {
    fetch,
    authProvider: { token: async () => token },
  })
  try {
    await client.connect(transport, { timeout: timeoutMs })
    const { tools } = client.getServerCapabilities()?.tools
      ? await client.listTools(undefined, { timeout: timeoutMs })
      : { tools: [] }
    return {
      serverName: client.getServerVersion()?.name ?? '',
      protocolVersion: transport.protocolVersion,
      tools: tools.map(({ name }) => name),
    }
  } finally {
    await transport.terminateSession().catch(() => {}) // a server may refuse to end sessions
    await client.close()
  }
}

/**
 * Lists the URLs where the SDK looks for an authorization server's metadata: RFC 8414, then OpenID Connect.
 *
 * @see {@link https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization/authorization-server-discovery#authorization-server-metadata-discovery MCP}
 */
export function serverMetadataUrls(issuer: URL): readonly URL[] {
  return buildDiscoveryUrls(issuer).map(({ url }) => url)
}

/** Whether the SDK sends a token to a server that calls itself by that `resource`: the MCP URL, or a part of it. */
export function sdkAccepts(resource: string, mcpUrl: string): boolean {
  return (
    URL.canParse(resource) &&
    checkResourceAllowed({ requestedResource: mcpUrl, configuredResource: resource })
  )
}
