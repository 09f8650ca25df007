import { spawn } from 'node:child_process'
import { type FileHandle, open } from 'node:fs/promises'
import { Socket } from 'node:net'
import { constants } from 'node:os'

import { commandRefused } from './find-command.ts'

/** The result of a finished program. A missing program is also a result, not an exception. */
export interface RunResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** The program is not on the PATH. */
  readonly missing: boolean
  /** Whether the program was killed after {@link RunOptions.timeoutMs}. */
  readonly timedOut: boolean
}

/** Options for running a program. */
export interface RunOptions {
  /** Variables that are added to this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Whether the program inherits our variables. Default: `true`. */
  readonly extendEnv?: boolean
  readonly cwd?: string
  /** Standard input. Default: none. */
  readonly input?: string | Uint8Array | undefined
  /** Limit after which the program is killed. Default: none. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
  /** Called with each line of output immediately. */
  readonly onLine?: ((line: string) => void) | undefined
  /** Called with each piece of output immediately, also in mid-line. */
  readonly onOutput?: ((text: string) => void) | undefined
}

/** Gives a program its own process group, so that Ctrl-C reaches only mcp-keycloak. */
const BACKGROUND = { reject: false, stdin: 'ignore', killDescendants: true } as const

/** Windows looks for a program in the current folder first, which can be a cloned repository. This variable stops that. */
const ON_PATH_ONLY = { NoDefaultCurrentDirectoryInExePath: '1' } as const

/** Runs a program to its end. Never throws for a failure of the program. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { env, extendEnv = true, cwd, input, timeoutMs, signal, onLine, onOutput } = options
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
  if (onOutput) subprocess.all?.on('data', (chunk: Buffer) => onOutput(chunk.toString()))
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

/** Yields each line that a program prints. Ends with the program, or when `signal` is aborted. */
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
 * Starts a program that outlives this process: own process group, output appended to a file, no standard input.
 *
 * @returns its pid, which is also the process group's id; `undefined` when it could not be started
 */
export async function startDetached(
  command: string,
  args: readonly string[],
  options: { env: Readonly<Record<string, string | undefined>>; cwd: string; logFile: string },
): Promise<number | undefined> {
  const log: FileHandle = await open(options.logFile, 'a', 0o600)
  try {
    // Not execa, which would pipe the output through this process. This process ends before the program.
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
 * Starts a program beside this process. Its standard input closes when this process ends. It does not keep this process alive.
 *
 * @returns a function that closes its standard input earlier
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

/** Passes the signals that reach this process to `take`, until the returned object is disposed. */
export type TakeSignals = (take: (name: StopSignal) => void) => Disposable

/** Options for running a program in the foreground. */
export interface ForegroundOptions {
  /** Variables that are added to this process's environment. */
  readonly env: Readonly<Record<string, string>>
  readonly takeSignals: TakeSignals
  /** Whether a terminal exists. Its Ctrl-C reaches the program directly, and the program handles it. */
  readonly onTerminal: boolean
  /** Time for the program to stop before it is killed. */
  readonly killAfterMs: number
}

/**
 * Runs a program with the standard input, output and error of this process, and passes signals on.
 *
 * @returns its exit code; 128 plus the signal's number when a signal ended it
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
