import { buildDiscoveryUrls, Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

import type { Fetch } from '../oauth/bounded-fetch.ts'

/** The data that an MCP client sees. */
export interface McpSession {
  readonly serverName: string
  readonly protocolVersion: string | undefined
  readonly tools: readonly string[]
}

/**
 * Sends an MCP client's first requests with the official TypeScript SDK: `initialize`, then `tools/list`.
 *
 * @param timeoutMs for each of the two requests
 */
export async function listTools(
  url: URL,
  token: string,
  { fetch, timeoutMs }: { readonly fetch: Fetch; readonly timeoutMs: number },
): Promise<McpSession> {
  const client = new Client({ name: 'mcp-keycloak verify', version: '1.0.0' })
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
 * @see {@link https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#authorization-server-metadata-discovery MCP}
 */
export function serverMetadataUrls(issuer: URL): readonly URL[] {
  return buildDiscoveryUrls(issuer).map(({ url }) => url)
}
