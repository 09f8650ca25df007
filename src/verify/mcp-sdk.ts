import { buildDiscoveryUrls, Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

import { Fault } from '../checks/finding.ts'
import type { Fetch } from '../oauth/bounded-fetch.ts'

/** The data that an MCP client sees. */
export interface McpSession {
  readonly serverName: string
  readonly protocolVersion: string | undefined
  readonly tools: readonly string[]
}

/** The way in which a session sends its requests. */
interface SessionOptions {
  readonly fetch: Fetch
  /** Time for each request. */
  readonly timeoutMs: number
}

/**
 * Sends an MCP client's first requests with the official TypeScript SDK: `initialize`, then `tools/list`.
 *
 * @throws {Fault} with the SDK's message
 */
export async function openSession(url: URL, token: string, options: SessionOptions): Promise<McpSession> {
  try {
    return await listTools(url, token, options)
  } catch (error) {
    throw new Fault({
      what: 'The MCP TypeScript SDK cannot work with it, though it takes the token.',
      why: String((error as Error).message || error).slice(0, 300), // the message is empty when Node tried several addresses
      fix: "Look at the server's log for initialize and tools/list.",
    })
  }
}

async function listTools(url: URL, token: string, { fetch, timeoutMs }: SessionOptions): Promise<McpSession> {
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
