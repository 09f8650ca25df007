import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

import { createRemoteJWKSet, jwtVerify } from 'jose'

/** A request that came in, as far as tests ask for it. */
interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
}

/** In what a server differs from a right one. */
export interface McpServerOptions {
  /** The realm that it trusts. */
  readonly issuer: string
  /** Where it listens on 127.0.0.1. Default: a free one. */
  readonly port?: number
  /** What answers instead of the server, by path. */
  readonly paths?: (mcpUrl: string) => Readonly<Record<string, RequestListener>>
  /** What of its metadata is different. */
  readonly metadata?: (mcpUrl: string) => object
  /** Its `WWW-Authenticate`, instead of a right one. */
  readonly challenge?: (mcpUrl: string) => string | readonly string[] | undefined
  /** Whether a token that a right server would refuse is accepted. */
  readonly accepts?: (token: string) => boolean
  /** What it answers to a bad token, instead of 401. */
  readonly refusalStatus?: number
  /** Headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>
  readonly tls?: { readonly pfx: Buffer; readonly passphrase: string }
}

/** A small MCP server of a test. */
export interface RunningMcpServer {
  readonly mcpUrl: string
  readonly seen: readonly SeenRequest[]
  [Symbol.asyncDispose](): Promise<void>
}

/** An MCP server that checks its tokens with jose, and is right but for the options. */
export async function startMcpServer(options: McpServerOptions): Promise<RunningMcpServer> {
  const seen: SeenRequest[] = []
  let mcpUrl = ''
  const listener: RequestListener = (request, response) => {
    const { method = '', url: path = '', headers } = request
    seen.push({ method, path, authorization: headers.authorization })
    for (const [name, value] of Object.entries(options.headers ?? {})) response.setHeader(name, value)
    const { pathname } = new URL(path, mcpUrl)
    const other = options.paths?.(mcpUrl)[pathname]
    if (other) other(request, response)
    else if (pathname === '/.well-known/oauth-protected-resource/mcp')
      json(response, 200, rightMetadata(mcpUrl, options))
    else if (pathname === '/mcp') void answer(request, response, mcpUrl, options)
    else response.writeHead(404).end()
  }
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener)
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  mcpUrl = `http${options.tls ? 's' : ''}://localhost:${port}/mcp`
  return {
    mcpUrl,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** What it says of itself. */
export function rightMetadata(
  mcpUrl: string,
  { issuer, metadata: differs }: Pick<McpServerOptions, 'issuer' | 'metadata'>,
): object {
  return {
    resource: mcpUrl,
    authorization_servers: [issuer],
    scopes_supported: ['openid'],
    ...differs?.(mcpUrl),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  mcpUrl: string,
  options: McpServerOptions,
): Promise<void> {
  let body = ''
  for await (const chunk of request) body += chunk
  const token = request.headers.authorization?.replace(/^Bearer /, '')
  const fault = token === undefined ? '' : await faultOf(token, mcpUrl, options)
  if (fault !== undefined) return refuse(response, fault, mcpUrl, options)
  if (request.method !== 'POST') return void response.writeHead(405).end()
  const { id, method } = JSON.parse(body)
  if (id === undefined) return void response.writeHead(202).end()
  const results: Readonly<Record<string, object>> = {
    initialize: {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'test server', version: '1' },
    },
    'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
  }
  json(response, 200, { jsonrpc: '2.0', id, result: results[method] })
}

async function faultOf(
  token: string,
  mcpUrl: string,
  options: McpServerOptions,
): Promise<string | undefined> {
  if (options.accepts?.(token)) return undefined
  const keys = createRemoteJWKSet(new URL(`${options.issuer}/protocol/openid-connect/certs`))
  try {
    const { payload } = await jwtVerify(token, keys, { issuer: options.issuer, audience: mcpUrl })
    return String(payload.scope).split(' ').includes('openid') ? undefined : 'insufficient_scope'
  } catch {
    return 'invalid_token'
  }
}

function refuse(response: ServerResponse, fault: string, mcpUrl: string, options: McpServerOptions): void {
  const { origin } = new URL(mcpUrl)
  const right = [
    ...(fault ? [`error="${fault}"`] : []),
    'scope="openid"',
    `resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`,
  ]
  const challenge = options.challenge ? options.challenge(mcpUrl) : `Bearer ${right.join(', ')}`
  if (challenge !== undefined) response.setHeader('www-authenticate', challenge)
  const status = fault === 'insufficient_scope' ? 403 : 401
  json(response, fault ? (options.refusalStatus ?? status) : 401, {
    error: fault || 'unauthorized',
    error_description: 'Not a token for this server',
  })
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
