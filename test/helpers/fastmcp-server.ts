import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { execa } from 'execa'

import { PYTHON } from './python.ts'

const START_MS = 60_000

/** Runs a Python MCP server until the scope ends; returns when it answers. */
export async function startPythonServer(
  code: string,
  mcpUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-server-'))
  const file = join(folder, 'server.py')
  await writeFile(file, code)
  const server = execa(PYTHON, [file], {
    reject: false,
    all: true,
    stdin: 'ignore',
    // What the server keeps, it keeps in its folder, and not with the user's own servers.
    env: { FASTMCP_CHECK_FOR_UPDATES: 'off', FASTMCP_HOME: folder, ...env },
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
  return { [Symbol.asyncDispose]: dispose }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { method: 'POST' }).then(
    () => true,
    () => false,
  )
}
