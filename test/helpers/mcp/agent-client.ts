import { Client as ModernClient } from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'

import { BIN, ownEnvironment } from '../program/cli.ts'

/** A tool as a client sees it. */
interface SeenTool {
  readonly name: string
  readonly annotations?: object | undefined
  readonly inputSchema: object
  readonly outputSchema?: object | undefined
}

/** The result of a call. */
interface SeenResult {
  readonly isError?: boolean
  readonly structuredContent?: Record<string, unknown>
  readonly content: readonly { readonly type: string; readonly text?: string }[]
}

/** A real MCP client of `mcp-keycloak mcp`. */
export interface AgentClient extends AsyncDisposable {
  readonly pid: number
  readonly version: string | undefined
  readonly instructions: string | undefined
  /** The questions that the server had for the user. */
  readonly questions: readonly string[]
  tools(): Promise<readonly SeenTool[]>
  call(name: string, given?: object, options?: CallOptions): Promise<SeenResult>
}

interface CallOptions {
  readonly signal?: AbortSignal
  readonly onprogress?: (progress: { message?: string | undefined }) => void
}

/** How to connect. */
export interface AgentClientOptions {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Further words of the command line. */
  readonly args?: readonly string[]
  /** The user's answer to a question. Default: the client cannot ask. */
  readonly answer?: 'yes' | 'no' | 'cancel'
}

/** The clients of both SDKs, and both protocol eras. */
export const AGENT_CLIENTS = ['SDK 1', 'SDK 2 legacy', 'SDK 2 modern'] as const

/** Starts the program and connects with an SDK. */
export async function connectAgent(
  sdk: (typeof AGENT_CLIENTS)[number],
  { env, cwd, args = [], answer }: AgentClientOptions,
): Promise<AgentClient> {
  const questions: string[] = []
  const respond = ({ params }: { readonly params: { readonly message: string } }) => {
    questions.push(params.message)
    if (answer === 'cancel') return { action: 'cancel' as const }
    return { action: 'accept' as const, content: { approved: answer === 'yes' } }
  }
  const server = {
    command: process.execPath,
    args: [BIN, 'mcp', ...args],
    env: ownEnvironment(env) as Record<string, string>,
    cwd,
    stderr: 'pipe' as const,
  }
  const who = { name: 'test', version: '1' }
  const capabilities = answer === undefined ? {} : { elicitation: {} }
  if (sdk === 'SDK 1') {
    const client = new Client(who, { capabilities })
    if (answer !== undefined) client.setRequestHandler(ElicitRequestSchema, respond)
    const transport = new StdioClientTransport(server)
    await client.connect(transport)
    return {
      pid: transport.pid ?? 0,
      version: 'legacy',
      instructions: client.getInstructions(),
      questions,
      tools: async () => (await client.listTools()).tools,
      call: async (name, given = {}, options = {}) =>
        (await client.callTool({ name, arguments: { ...given } }, undefined, options)) as SeenResult,
      [Symbol.asyncDispose]: () => client.close(),
    }
  }
  const mode = sdk === 'SDK 2 modern' ? ('auto' as const) : ('legacy' as const)
  const client = new ModernClient(who, { capabilities, versionNegotiation: { mode } })
  if (answer !== undefined) client.setRequestHandler('elicitation/create', respond)
  const transport = new ModernTransport(server)
  await client.connect(transport)
  return {
    pid: transport.pid ?? 0,
    version: client.getNegotiatedProtocolVersion(),
    instructions: client.getInstructions(),
    questions,
    tools: async () => (await client.listTools()).tools,
    call: async (name, given = {}, options = {}) =>
      (await client.callTool({ name, arguments: { ...given } }, options)) as SeenResult,
    [Symbol.asyncDispose]: () => client.close(),
  }
}
