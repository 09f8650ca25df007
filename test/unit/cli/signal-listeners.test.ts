import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { expect, it } from 'vitest'

import { tempFolder } from '../support/temp-folder.ts'

const SRC = fileURLToPath(new URL('../../../src', import.meta.url))

/** Loads all modules of the commands, holds a lock, runs a program, turns a spinner, and lists the signal listeners. */
const script = (data: string) => `
  const { readdir } = await import('node:fs/promises')
  const { listenForInterrupt } = await import('${SRC}/cli/interrupt.ts')
  const interrupt = listenForInterrupt({ exit: (code) => process.exit(code) })
  for (const name of await readdir('${SRC}', { recursive: true }))
    if (name.endsWith('.ts') && !name.startsWith('testing') && name !== 'cli/main.ts') await import('${SRC}/' + name)
  const { createOutput } = await import('${SRC}/cli/output.ts')
  const { run } = await import('${SRC}/runtime/exec.ts')
  const { withInstanceLock } = await import('${SRC}/runtime/state/instance-lock.ts')
  process.stderr.isTTY = true
  process.env.TERM = 'dumb'
  delete process.env.CI
  createOutput({}).step('turning')
  await withInstanceLock('${data}', 'one', { waitMs: 1000 }, async () => {
    void run('sleep', ['30'])
    await import('execa')
    await new Promise((resolve) => setImmediate(resolve))
    const events = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection', 'beforeExit']
    const listeners = events.map((name) => [name, process.listeners(name).map(String)])
    process.stdout.write(JSON.stringify({ listeners, locks: await readdir('${data}/instances') }))
    process.kill(process.pid, 'SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 10_000))
  })
`

it('only mcp-keycloak listens for signals; dependencies clean up at the exit', async () => {
  const data = await tempFolder()
  const args = ['--no-warnings', '--input-type=module', '--eval', script(data)]
  const { exitCode, stdout, stderr } = await execa(process.execPath, args, { reject: false })
  expect(stdout, stderr).not.toBe('')
  const { listeners, locks } = JSON.parse(stdout) as {
    listeners: readonly (readonly [string, readonly string[]])[]
    locks: readonly string[]
  }
  // signal-exit (of proper-lockfile and execa) does nothing when others listen.
  const isPassive = (listener: string) => /listeners\.length === (emitter\.)?count/.test(listener)
  const others = listeners.map(([name, all]) => [name, all.filter((one) => !isPassive(one))])
  const ours = [expect.stringContaining('take(name)')]
  expect(others).toEqual([
    ['SIGINT', ours],
    ['SIGTERM', ours],
    ['SIGHUP', ours],
    ['uncaughtException', []],
    ['unhandledRejection', []],
    ['beforeExit', []],
  ])
  expect([exitCode, locks]).toEqual([143, ['one.lock']])
  expect(await readdir(`${data}/instances`)).toEqual([])
})
