import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { execa } from 'execa'

import { browserlessLogin, type Credentials } from '../../../src/oauth/browserless-login.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { ownEnvironment } from '../program/cli.ts'
import { PYTHON } from '../projects/python.ts'
import { MemoryProvider } from './memory-provider.ts'

const PACKAGES = new URL('../../../node_modules/', import.meta.url)
const INSPECTOR = fileURLToPath(
  new URL('@modelcontextprotocol/inspector/clients/launcher/build/index.js', PACKAGES),
)
const MCP_REMOTE = fileURLToPath(import.meta.resolve('mcp-remote/dist/proxy.js'))
const TIMEOUT_MS = 60_000

/** Time for a program to listen for its login. */
const LISTENS_MS = 10_000

const CALLBACK = 'http://localhost:3116/callback'

/** The request for a login that a program prints for its user. */
const LOGIN = /http:\/\/\S+\/protocol\/openid-connect\/auth\?[^\s"'<>]+/

/** Calls a tool as one real client program does that knows nothing but the URL: registration and login included. */
type CallTool = (mcpUrl: string, tool: string, user: Credentials, folder: string) => Promise<string>

/** The programs, by their name. Each returns the text of the result. */
const PROGRAMS = {
  "FastMCP's client": callWithFastmcp,
  'TypeScript SDK 2': callWithSdk,
  'mcp-remote': callWithMcpRemote,
  'MCP Inspector': callWithInspector,
} as const satisfies Readonly<Record<string, CallTool>>

/** A real client program of the tests. */
export type ClientProgram = keyof typeof PROGRAMS

/** The names of all client programs. */
export const CLIENT_PROGRAMS = Object.keys(PROGRAMS) as readonly ClientProgram[]

/** Calls a tool with a client program in a new home folder, and returns the text of the result. */
export async function callAs(
  program: ClientProgram,
  mcpUrl: string,
  tool: string,
  user: Credentials,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-program-'))
  try {
    return await PROGRAMS[program](mcpUrl, tool, user, folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

const FASTMCP = `import asyncio, sys
from fastmcp import Client

async def main():
    async with Client(sys.argv[1], auth="oauth") as client:
        print((await client.call_tool(sys.argv[2])).content[0].text)

asyncio.run(main())
`

async function callWithFastmcp(mcpUrl: string, tool: string, user: Credentials, folder: string) {
  await writeFile(join(folder, 'client.py'), FASTMCP)
  return run(PYTHON, ['client.py', mcpUrl, tool], { folder, user })
}

async function callWithInspector(mcpUrl: string, tool: string, user: Credentials, folder: string) {
  const callback = `http://127.0.0.1:${await freePort()}/oauth/callback`
  const server = ['--cli', '--transport', 'http', '--server-url', mcpUrl, '--callback-url', callback]
  const method = ['--method', 'tools/call', '--tool-name', tool, '--format', 'json']
  return run(process.execPath, [INSPECTOR, ...server, ...method], { folder, user })
}

async function run(
  program: string,
  args: readonly string[],
  { folder, user }: { readonly folder: string; readonly user: Credentials },
): Promise<string> {
  const running = execa(program, args, {
    ...{ cwd: folder, env: environment(folder), extendEnv: false },
    ...{ stdin: 'ignore', all: true, timeout: TIMEOUT_MS },
  })
  await logInWhenAsked(running.all, user)
  return (await running).stdout
}

async function callWithMcpRemote(mcpUrl: string, tool: string, user: Credentials, folder: string) {
  const transport = new StdioClientTransport({
    ...{ command: process.execPath, args: [MCP_REMOTE, mcpUrl, `${await freePort()}`], cwd: folder },
    ...{ env: environment(folder) as Record<string, string>, stderr: 'pipe' },
  })
  const client = new Client({ name: 'Claude Desktop', version: '1' })
  const connected = client.connect(transport, { timeout: TIMEOUT_MS })
  await Promise.race([connected, logInWhenAsked(transport.stderr as Readable, user)])
  await connected
  return callOnce(client, tool)
}

async function callWithSdk(mcpUrl: string, tool: string, user: Credentials) {
  const provider = new MemoryProvider(CALLBACK)
  const connect = async () => {
    const transport = new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider: provider })
    const client = new Client({ name: 'test', version: '1' })
    return { transport, client, result: client.connect(transport) }
  }
  const first = await connect()
  await first.result.catch((error: unknown) => {
    if (!(error instanceof UnauthorizedError)) throw error
  })
  if (!provider.authorizationUrl) throw new Error('the SDK was not asked to log in')
  const response = await browserlessLogin(provider.authorizationUrl, CALLBACK, user)
  await first.transport.finishAuth(response.searchParams)
  const { client, result } = await connect()
  await result
  return callOnce(client, tool)
}

/** Calls a tool with a connected client, and closes it. */
async function callOnce(client: Client, tool: string): Promise<string> {
  try {
    return JSON.stringify(await client.callTool({ name: tool, arguments: {} }))
  } finally {
    await client.close()
  }
}

/** Its browser is `echo`: a program that opens one prints the address. */
function environment(folder: string): NodeJS.ProcessEnv {
  return ownEnvironment({
    ...{ HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder, BROWSER: 'echo %s', NO_COLOR: '1' },
    ...{ MCP_REMOTE_CONFIG_DIR: folder, MCP_INSPECTOR_SECRET_STORE: 'memory', MCP_AUTO_OPEN_ENABLED: 'true' },
  })
}

/** Reads what a program prints until it asks for a login or ends, and goes through the login as its browser would. */
async function logInWhenAsked(output: Readable, user: Credentials): Promise<void> {
  let text = ''
  output.setEncoding('utf8')
  for await (const part of output.iterator({ destroyOnReturn: false })) {
    text += part
    const [url] = LOGIN.exec(text.slice(0, text.lastIndexOf('\n') + 1)) ?? []
    if (url === undefined) continue
    const redirectUri = new URL(url).searchParams.get('redirect_uri') ?? ''
    await open(await browserlessLogin(new URL(url), redirectUri, user))
    output.resume()
    return
  }
}

/** Opens the redirect URI. A program may print the address of the login before it listens: FastMCP's client does. */
async function open(callback: URL): Promise<void> {
  const deadline = Date.now() + LISTENS_MS
  const again = async (error: unknown): Promise<unknown> => {
    if (Date.now() > deadline) throw error
    await sleep(100)
    return fetch(callback).catch(again)
  }
  await fetch(callback).catch(again)
}
