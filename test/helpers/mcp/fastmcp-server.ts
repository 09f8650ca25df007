import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'

import { PYTHON } from '../projects/python.ts'

const PACKAGES = fileURLToPath(new URL('../../../node_modules', import.meta.url))

const START_MS = 60_000

/** A server that runs until the scope ends. */
export interface RunningServer extends AsyncDisposable {
  /** What it has printed so far. */
  log(): string
}

/** Runs a Python MCP server until the scope ends; returns when it answers. */
export function startPythonServer(
  code: string,
  mcpUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  return startServer(PYTHON, { name: 'server.py', code }, mcpUrl, env)
}

/** The same with one in TypeScript, for Node, which finds the packages of this checkout. */
export function startTypescriptServer(
  code: string,
  mcpUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  return startServer(process.execPath, { name: 'server.mts', code }, mcpUrl, env)
}

/** The same with a compiled program. */
export function startCompiledServer(
  program: string,
  mcpUrl: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  return startServer(program, undefined, mcpUrl, env)
}

async function startServer(
  program: string,
  source: { readonly name: string; readonly code: string } | undefined,
  mcpUrl: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-server-'))
  const files = source ? [join(folder, source.name)] : []
  for (const file of files) await writeFile(file, source?.code ?? '')
  await symlink(PACKAGES, join(folder, 'node_modules'), 'junction')
  const server = execa(program, files, {
    reject: false,
    all: true,
    stdin: 'ignore',
    // What the server keeps, it keeps in its folder, and not with the user's own servers.
    env: { FASTMCP_CHECK_FOR_UPDATES: 'off', FASTMCP_HOME: folder, ...env },
  })
  let log = ''
  server.all.on('data', (text) => {
    log += text
  })
  let ended = false
  void server.then(() => {
    ended = true
  })
  const dispose = async () => {
    server.kill('SIGTERM')
    await server
    await rm(folder, { recursive: true, force: true })
  }
  const deadline = Date.now() + START_MS
  while (!(await answers(mcpUrl))) {
    if (ended || Date.now() > deadline) {
      await dispose()
      throw new Error(`the server did not start: ${(await server).all}`)
    }
    await sleep(200)
  }
  return { log: () => log, [Symbol.asyncDispose]: dispose }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { method: 'POST' }).then(
    () => true,
    () => false,
  )
}
