import { spawn } from 'node:child_process'
import { type FileHandle, open } from 'node:fs/promises'
import { Socket } from 'node:net'
import { constants } from 'node:os'

import { commandRefused } from './find-command.ts'

/** How a finished program ended. A program that does not exist is an answer too, not an exception. */
export interface RunResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** The program is not on the PATH. */
  readonly missing: boolean
  /** Whether the program was killed after {@link RunOptions.timeoutMs}. */
  readonly timedOut: boolean
}

/** How to run a program. */
export interface RunOptions {
  /** Variables on top of ours. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Whether the program inherits our variables. Default: `true`. */
  readonly extendEnv?: boolean
  readonly cwd?: string
  /** Standard input. Default: none. */
  readonly input?: string | undefined
  /** After this the program is killed. Default: none. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
  /** Called with each line of output as it comes. */
  readonly onLine?: ((line: string) => void) | undefined
}

/** Gives a program its own process group, so that Ctrl-C reaches only mcp-keycloak. */
const BACKGROUND = { reject: false, stdin: 'ignore', killDescendants: true } as const

/** Windows looks for a program in the current folder first, which can be a cloned repository. This variable stops that. */
const ON_PATH_ONLY = { NoDefaultCurrentDirectoryInExePath: '1' } as const

/** Runs a program to its end. Never throws for what the program does. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { env, extendEnv = true, cwd, input, timeoutMs, signal, onLine } = options
  const { execa } = await import('execa') // most commands run no program, and it takes a while to load
  const subprocess = execa(command, args, {
    ...BACKGROUND,
    ...(input !== undefined && { stdin: 'pipe', input }),
    extendEnv,
    env: { ...ON_PATH_ONLY, ...env },
    ...(cwd && { cwd }),
    ...(timeoutMs && { timeout: timeoutMs }),
    ...(signal && { cancelSignal: signal }),
    all: true,
  })
  if (onLine) for await (const line of subprocess.iterable({ from: 'all' })) onLine(line)
  const result = await subprocess
  return {
    exitCode: result.exitCode ?? 1,
    stdout: result.stdout ?? '',
    stderr: result.stderr ?? '',
    missing: 'code' in result && result.code === 'ENOENT',
    timedOut: result.timedOut === true,
  }
}

/** The lines that a program prints, as they come; ends with the program, or when `signal` is aborted. */
export async function* runLines(
  command: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  const { execa } = await import('execa')
  const subprocess = execa(command, args, {
    ...BACKGROUND,
    env: ON_PATH_ONLY,
    all: true,
    buffer: false,
    ...(signal && { cancelSignal: signal }),
  })
  yield* subprocess.iterable({ from: 'all' })
}

/**
 * Starts a program that outlives us: own process group, output appended to a file, no standard input.
 *
 * @returns its pid, which is the process group's id too; `undefined` when it could not be started
 */
export async function startDetached(
  command: string,
  args: readonly string[],
  options: { env: Readonly<Record<string, string | undefined>>; cwd: string; logFile: string },
): Promise<number | undefined> {
  const log: FileHandle = await open(options.logFile, 'a', 0o600)
  try {
    // Not execa: it would pipe the output through this process, which is to end before the program does.
    const subprocess = spawn(command, args, {
      detached: true,
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', log.fd, log.fd],
    })
    subprocess.once('error', () => {}) // a program that cannot be started has no pid: the caller says so
    subprocess.unref()
    return subprocess.pid
  } finally {
    await log.close()
  }
}

/**
 * Starts a program beside us. Its standard input ends with us, however we end; it does not keep us from ending.
 *
 * @returns ends its standard input before that
 */
export function startBeside(command: string, args: readonly string[]): () => void {
  const subprocess = spawn(command, args, {
    detached: true, // Ctrl-C is meant for us
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  })
  subprocess.once('error', () => {}) // what it would have done is done by the next run
  subprocess.stdin.on('error', () => {})
  subprocess.unref()
  if (subprocess.stdin instanceof Socket) subprocess.stdin.unref()
  return () => subprocess.stdin.end()
}

/** A signal that asks a program to stop. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** Hands the signals that reach this process to `take`, until what it returns is disposed of. */
export type TakeSignals = (take: (name: StopSignal) => void) => Disposable

/** How to run a program in our place. */
export interface ForegroundOptions {
  /** Variables on top of ours. */
  readonly env: Readonly<Record<string, string>>
  readonly takeSignals: TakeSignals
  /** There is a terminal: its Ctrl-C reaches the program without us, and the program decides what it means. */
  readonly onTerminal: boolean
  /** How long the program may take to stop before it is killed. */
  readonly killAfterMs: number
}

/**
 * Runs a program on our own standard input, output and error, and passes on the signals that reach us.
 *
 * @returns its exit code; 128 and the signal's number when a signal ended it
 * @throws {McpKeycloakError} `COMMAND_NOT_EXECUTABLE` when the system refuses to run it
 */
export async function runForeground(
  command: string,
  args: readonly string[],
  { env, takeSignals, onTerminal, killAfterMs }: ForegroundOptions,
): Promise<number> {
  let passedOn: StopSignal | undefined
  let killing: NodeJS.Timeout | undefined
  const { execa } = await import('execa')
  const subprocess = execa(command, args, { reject: false, stdio: 'inherit', env })
  using _signals = takeSignals((name) => {
    if (onTerminal && name === 'SIGINT') return
    passedOn ??= name
    subprocess.kill(name)
    killing ??= setTimeout(() => subprocess.kill('SIGKILL'), killAfterMs)
  })
  const result = await subprocess
  clearTimeout(killing)
  if (result.exitCode !== undefined) return result.exitCode
  const signal = result.signal === 'SIGKILL' ? (passedOn ?? result.signal) : result.signal
  if (signal !== undefined) return 128 + constants.signals[signal as NodeJS.Signals]
  throw commandRefused(command, result.originalMessage ?? result.shortMessage ?? 'nothing')
}
