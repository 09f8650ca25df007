import { readFileSync } from 'node:fs'
import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { runForeground, type StopSignal } from '../../../src/runtime/exec.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** Runs a shell script in the foreground; `send` is what a signal to us does. */
function foreground(script: string, { onTerminal = false, killAfterMs = 60_000, env = {} } = {}) {
  let take: ((name: StopSignal) => void) | undefined
  const takeSignals = (taken: typeof take) => {
    take = taken
    return {
      [Symbol.dispose]: () => {
        take = undefined
      },
    }
  }
  const exitCode = runForeground('sh', ['-c', script], { env, takeSignals, onTerminal, killAfterMs })
  return { exitCode, send: (name: StopSignal) => take?.(name), isListening: () => take !== undefined }
}

async function untilThere(file: string): Promise<void> {
  while (
    !(await access(file).then(
      () => true,
      () => false,
    ))
  )
    await sleep(10)
}

describe('a program in the foreground', () => {
  it.each([
    ['exit 0', 0],
    ['exit 3', 3],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
    ['kill -SEGV $$', 139],
  ])('gives its exit code, or 128 and the signal: %s', async (script, code) => {
    const { exitCode, isListening } = foreground(script)
    expect(await exitCode).toBe(code)
    expect(isListening()).toBe(false)
  })

  it('has our variables and those on top', async () => {
    const env = { OURS: 'yes' }
    expect(await foreground('test "$OURS" = yes && test -n "$PATH"', { env }).exitCode).toBe(0)
  })

  it.each<[StopSignal, string, number]>([
    ['SIGINT', 'INT', 42],
    ['SIGTERM', 'TERM', 42],
    ['SIGHUP', 'HUP', 42],
  ])('gets %s from us, and its own exit code is what counts', async (signal, name, code) => {
    const ready = join(await tempFolder(), 'ready')
    const { exitCode, send } = foreground(
      `trap 'exit ${code}' ${name}; : > ${ready}; while :; do sleep 0.05; done`,
    )
    await untilThere(ready)
    send(signal)
    expect(await exitCode).toBe(code)
  })

  it('gets no second Ctrl-C: the terminal has sent it one', async () => {
    const folder = await tempFolder()
    const [ready, go, seen] = ['ready', 'go', 'seen'].map((name) => join(folder, name))
    const { exitCode, send } = foreground(
      `trap ': > ${seen}' INT; : > ${ready}; while [ ! -e ${go} ]; do sleep 0.05; done; [ ! -e ${seen} ]`,
      { onTerminal: true, killAfterMs: 1 },
    )
    await untilThere(ready ?? '')
    send('SIGINT')
    await writeFile(go ?? '', '')
    expect(await exitCode).toBe(0)
  })

  it('a command that does not stop is killed; the exit code names our signal', async () => {
    const folder = await tempFolder()
    const pid = join(folder, 'pid')
    const { exitCode, send } = foreground(
      `trap '' TERM; echo $$ > ${pid}.new; mv ${pid}.new ${pid}; while :; do sleep 0.05; done`,
      { killAfterMs: 50 },
    )
    await untilThere(pid)
    send('SIGTERM')
    expect(await exitCode).toBe(143)
    expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow('ESRCH')
  })

  it('that the system refuses to run ends with 126', async () => {
    const script = join(await tempFolder(), 'script')
    await writeFile(script, '#!/no/such/interpreter\n', { mode: 0o755 })
    const takeSignals = () => ({ [Symbol.dispose]: () => {} })
    const options = { env: {}, takeSignals, onTerminal: false, killAfterMs: 1 }
    const error = await refusal(() => runForeground(script, [], options))
    expect([error.code, error.why]).toEqual([
      'COMMAND_NOT_EXECUTABLE',
      `The system said: spawn ${script} ENOENT`,
    ])
  })
})
