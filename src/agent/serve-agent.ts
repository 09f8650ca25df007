import {
  type CallToolResult,
  type InputRequiredResult,
  isInputRequiredResult,
  McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'

import { packageVersion } from '../assets.ts'
import { type CommandTarget, command, withTarget } from '../config/command.ts'
import { resolveConfig } from '../config/resolve.ts'
import type { ConfigKey } from '../config/schema.ts'
import { errorReport } from '../operations/error-report.ts'
import { approveWith } from './approve.ts'
import type { AgentTexts } from './texts.ts'
import type { AgentTool, ToolCall } from './tool.ts'
import { AGENT_TOOLS } from './tools.ts'

/** Returns the advice that the client gives to its agent. */
function instructions(): string {
  return (
    'A local Keycloak for MCP clients and servers. A login or token fails: explain with the error text. ' +
    'An MCP server answers wrongly: verify. A client cannot register or log in: doctor. ' +
    `Nothing runs: start it with \`npx ${command('up')}\`. Never print tokens.`
  )
}

/** The services of the command line for {@link serveAgent}. */
export interface AgentOptions extends Pick<ToolCall<unknown, unknown>, 'uninterrupted'> {
  /** The flags of the command. Arguments of a tool replace them. */
  readonly flags: Partial<Record<ConfigKey, unknown>>
  readonly texts: AgentTexts
  /** Whether to ask the user before data is lost. */
  readonly asks: boolean
  /** Ends the server. */
  readonly signal: AbortSignal
}

/**
 * Serves the commands as MCP tools on standard input and output, in both protocol eras. Returns when the client closes
 * its end or the signal is aborted, and the calls have cleaned up.
 */
export async function serveAgent(options: AgentOptions): Promise<void> {
  const calls = new Set<Promise<unknown>>()
  const ended = new AbortController()
  const signal = AbortSignal.any([options.signal, ended.signal])
  const transport = new StdioServerTransport()
  const connection = serveStdio(() => agentServer({ ...options, signal }, calls), { transport })
  await new Promise<void>((resolve) => {
    const closed = transport.onclose
    transport.onclose = () => {
      closed?.()
      resolve()
    }
    if (options.signal.aborted) resolve()
    options.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  ended.abort()
  await Promise.allSettled(calls)
  await connection.close()
}

function agentServer(options: AgentOptions, calls: Set<Promise<unknown>>): McpServer {
  const server = new McpServer(
    { name: 'mcp-keycloak', title: 'mcp-keycloak', version: packageVersion() },
    { instructions: instructions() },
  )
  for (const tool of AGENT_TOOLS) {
    const { name, title, description, input, output, annotations } = tool
    const config = { title, description, inputSchema: input, outputSchema: output, annotations }
    server.registerTool(name, config, async (given, context) => {
      const call = answer(tool, given, options, server, context)
      calls.add(call)
      return call.finally(() => calls.delete(call))
    })
  }
  return server
}

async function answer(
  tool: AgentTool,
  given: { readonly instance?: string; readonly realm?: string },
  { flags, texts, asks, signal, uninterrupted }: AgentOptions,
  server: McpServer,
  context: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
  const { instance, realm, ...input } = given
  const text = texts[tool.name] as (report: unknown) => string
  try {
    const own = {
      ...flags,
      ...(instance !== undefined && { instance }),
      ...(realm !== undefined && { realm }),
    }
    const { keycloakUrl, dataFolder } = flags
    const target = { instance: own.instance, realm: own.realm, keycloakUrl, dataFolder } as CommandTarget
    const report = await withTarget(target, async () =>
      tool.run({
        resolved: await resolveConfig({ flags: own }),
        input: input as never,
        onStep: stepsOf(context),
        signal: AbortSignal.any([signal, context.mcpReq.signal]),
        uninterrupted,
        approve: asks ? approveWith(server, context) : async () => undefined,
        text,
      }),
    )
    if (isInputRequiredResult(report)) return report
    const structuredContent = JSON.parse(JSON.stringify(report)) as Record<string, unknown>
    return { content: [{ type: 'text', text: text(report) }], structuredContent }
  } catch (error) {
    return toolError(error)
  }
}

/** Reports progress to a client that asks for it. */
function stepsOf({ mcpReq }: ServerContext): (step: string) => void {
  const progressToken = mcpReq._meta?.progressToken
  let progress = 0
  return (message) => {
    if (progressToken === undefined) return
    const params = { progressToken, progress: ++progress, message }
    void mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {}) // the client has gone
  }
}

function toolError(error: unknown): CallToolResult {
  const { code, message, why, fix } = errorReport(error).error
  return {
    isError: true,
    content: [{ type: 'text', text: `${message} [${code}]\nWhy: ${why}\nFix: ${fix}` }],
  }
}
