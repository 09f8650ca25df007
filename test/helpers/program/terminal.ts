import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { PYTHON } from '../projects/python.ts'
import { BIN, ownEnvironment, START_MS } from './cli.ts'

const TERMINAL = fileURLToPath(new URL('../../fixtures/terminal.py', import.meta.url))

/** How a command on a terminal ended. */
export interface TerminalResult {
  readonly exitCode: number
  /** The complete output on the terminal, including escape sequences. */
  readonly seen: string
}

/** The built program on its own terminal. */
export interface Terminal {
  /** Resolves when the terminal shows a text, or when the command has ended without it. */
  shows(text: string): Promise<void>
  type(keys: string): void
  /** Sends a signal to the command alone, as `kill` does. */
  signal(name: NodeJS.Signals): void
  /** Closes the window: the system sends SIGHUP, and nothing can be written any more. */
  hangUp(): void
  readonly ended: Promise<TerminalResult>
}

export const CTRL_C = '\x03'

/** Starts the built program on a terminal and returns while it runs. */
export function onTerminalOfOurs(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  timeoutMs = START_MS,
  cwd = process.cwd(),
): Promise<Terminal> {
  return programOnTerminal([process.execPath, BIN, ...args], ownEnvironment(env), timeoutMs, cwd)
}

/** Starts any program on a terminal and returns while it runs. */
export async function programOnTerminal(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  timeoutMs: number,
  cwd: string,
): Promise<Terminal> {
  const subprocess = execa(PYTHON, [TERMINAL, ...command], {
    env,
    extendEnv: false,
    reject: false,
    timeout: timeoutMs,
    cwd,
    stdin: 'pipe',
  })
  let seen = ''
  let isOver = false
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  subprocess.stdout.on('data', (data) => {
    seen += data
    tell()
  })
  const [pid] = await once(subprocess.stderr, 'data')
  const ended = subprocess.then(({ exitCode = -1 }) => {
    isOver = true
    tell()
    return { exitCode, seen }
  })
  return {
    shows: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (!isOver && !seen.includes(text)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
      }),
    type: (keys) => void subprocess.stdin.write(keys),
    signal: (name) => void process.kill(Number(pid), name),
    hangUp: () => void subprocess.kill('SIGUSR1'),
    ended,
  }
}
