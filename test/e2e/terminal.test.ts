import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { onTerminal, start } from '../helpers/program/cli.ts'

let dataFolder: string
beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-terminal-'))
})
afterAll(() => rm(dataFolder, { recursive: true, force: true }))

describe('a question', () => {
  const answering = (keys: string) =>
    onTerminal(['down', '--purge', '--data-folder', dataFolder], { word: '[y/N]', keys })

  it.each([
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
  ])('that is answered by %s is an interruption', async (_, keys) => {
    const { exitCode, seen } = await answering(keys)
    expect(exitCode, seen).toBe(130)
    expect(seen).toMatch(/\[y\/N\] [^\n]*\nInterrupted: nothing was changed\./)
  })

  it('is answered by y, and by nothing else', async () => {
    expect((await answering('y\r')).exitCode).toBe(0)
    const { exitCode, seen } = await answering('\r')
    expect([exitCode, seen]).toEqual([130, expect.stringContaining('[INTERRUPTED]')])
  })
})

describe('a server that never answers', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('keeps nobody from ending a command by %s', async (signal, exitCode) => {
    const silent = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void silent.close())
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const running = start(['token', '--keycloak-url', `http://127.0.0.1:${port}/own-path`], {
      env: { MCP_KEYCLOAK_ADMIN_PASSWORD: 'x', MCP_KEYCLOAK_DATA_FOLDER: dataFolder },
    })
    await requestWith('/own-path', silent)
    running.kill(signal)
    const ended = await running
    expect(ended).toMatchObject({ exitCode, stdout: '', isForcefullyTerminated: false })
    expect(ended.stderr).toContain('Interrupted: nothing ')
  })
})

/** Waits for the program's own request. Other tests look for a free or a used port and may connect too. */
function requestWith(path: string, server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.on('connection', (socket) => {
      socket.on('error', () => {})
      socket.on('data', (part) => part.includes(path) && resolve())
    })
  })
}

it('ends without a word when nobody reads what it prints, as head does', async () => {
  const running = start(['realm', 'render'])
  running.stdout.destroy()
  const { exitCode, stderr } = await running
  expect([exitCode, stderr]).toEqual([141, ''])
})
