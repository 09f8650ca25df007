import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { PYTHON } from '../projects/python.ts'
import type { CliResult } from './cli-result.ts'
import { assertJsonOutput } from './json-output.ts'
import { assertNoSecrets } from './no-secrets.ts'

/** The built program of this checkout. */
export const BIN = fileURLToPath(new URL('../../../bin/mcp-keycloak.js', import.meta.url))

/** A bound for a start that also builds the server, on a machine whose cores are all busy. */
export const START_MS = 420_000

/** Longer than the program's own clean-up after a signal. execa would kill it after five seconds. */
const KILL_MS = 60_000

const TYPIST = fileURLToPath(new URL('../../fixtures/on-terminal.py', import.meta.url))

/** How to run the program. */
interface CliOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly timeoutMs?: number
  /** Default: {@link BIN}. */
  readonly bin?: string
}

/**
 * Runs the built program as a process, without a terminal and without this machine's own options. What it prints with
 * `--json` has to be what the schemas say, whatever the test is about.
 */
export async function cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { exitCode = -1, stdout, stderr } = await start(args, options)
  if (args.includes('--json')) assertJsonOutput(args, { exitCode, stdout, stderr })
  await assertNoSecrets(args, options.env ?? {}, { exitCode, stdout, stderr })
  return { exitCode, stdout, stderr }
}

/** Starts the program and returns while it runs. */
export function start(
  args: readonly string[],
  { env = {}, cwd, timeoutMs = START_MS, bin = BIN }: CliOptions = {},
) {
  return execa(process.execPath, [bin, ...args], {
    env: ownEnvironment(env),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    forceKillAfterDelay: KILL_MS,
    ...(cwd && { cwd }),
  })
}

/** Runs it on a terminal of its own, where somebody types `keys` as soon as it has said `word`. */
export async function onTerminal(
  args: readonly string[],
  { word, keys, env = {} }: { word: string; keys: string; env?: Readonly<Record<string, string>> },
): Promise<{ readonly exitCode: number; readonly seen: string }> {
  const { exitCode = -1, stdout } = await execa(
    PYTHON,
    [TYPIST, word, keys, process.execPath, BIN, ...args],
    {
      env: ownEnvironment(env),
      extendEnv: false,
      reject: false,
      timeout: START_MS,
    },
  )
  return { exitCode, seen: stdout }
}

/** Runs it with `--json` and returns what it printed. */
export async function cliJson<T>(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  timeoutMs?: number,
): Promise<T> {
  const { exitCode, stdout, stderr } = await cli([...args, '--json'], {
    env,
    ...(timeoutMs && { timeoutMs }),
  })
  if (exitCode !== 0) throw new Error(`mcp-keycloak ${args.join(' ')} ended with ${exitCode}: ${stderr}`)
  return JSON.parse(stdout) as T
}

/** Without this machine's own options. */
export function ownEnvironment(env: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const theirs = Object.entries(process.env).filter(
    ([name]) => !/^(MCP_KEYCLOAK_|KEYCLOAK_|FORCE_COLOR|NODE_OPTIONS|VITEST|CI$)/.test(name),
  )
  return { ...Object.fromEntries(theirs), NO_COLOR: '1', ...env }
}
