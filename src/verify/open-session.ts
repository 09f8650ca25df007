import { Fault } from '../checks/finding.ts'
import { listTools, type McpSession, type SessionOptions } from './mcp-sdk.ts'

/**
 * Opens a session as an MCP client does.
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
