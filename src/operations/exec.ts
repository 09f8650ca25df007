import { delimiter } from 'node:path'
import { assetPath } from '../assets.ts'
import { command } from '../config/command.ts'
import { folders } from '../config/folders.ts'
import type { ResolvedConfig } from '../config/resolve.ts'
import { type Config, type ConfigKey, environmentName } from '../config/schema.ts'
import { McpKeycloakError, throwIfInterrupted } from '../errors.ts'
import { differenceWarning } from '../provisioning/realm-difference.ts'
import { runForeground, type TakeSignals } from '../runtime/exec.ts'
import { assertCommand } from '../runtime/find-command.ts'
import { env } from './env.ts'
import { withEphemeralInstance } from './ephemeral.ts'
import { type UpOptions, type UpReport, up } from './up.ts'

export type { StopSignal, TakeSignals } from '../runtime/exec.ts'

/** Time that a command gets to stop before it is killed. */
const KILL_AFTER_MS = 10_000

/** Callbacks, signals and switches of {@link exec}. */
export interface ExecOptions extends UpOptions {
  /** Use a separate instance and remove it afterwards; on an external Keycloak: a separate realm. */
  readonly ephemeral?: boolean
  /** Add the administrator's name and password to the variables. */
  readonly showSecrets?: boolean
  /** Called with warnings for the user. */
  readonly onWarning?: (warning: string) => void
  /** Called before the command starts. */
  readonly onReady?: (report: UpReport) => void
  /** Called with the outcome when a signal ended the command. */
  readonly onInterrupted?: (outcome: string) => void
  /** The signals to pass on to the command. Default: `SIGTERM` when `signal` is aborted. */
  readonly takeSignals?: TakeSignals
  /** Whether Ctrl-C reaches the command directly. Default: `false`. */
  readonly onTerminal?: boolean
}

/**
 * Runs a command with the variables of a running realm. It uses our standard input, output and error.
 *
 * @param command a program and its arguments
 * @returns the command's exit code; 128 and the signal's number when a signal ended it
 * @throws {McpKeycloakError} `USAGE_INVALID` without a command, `COMMAND_NOT_FOUND`, `COMMAND_NOT_EXECUTABLE`; the errors
 * of {@link up} and {@link env}
 */
export async function exec(
  resolved: ResolvedConfig,
  command: readonly string[],
  options: ExecOptions = {},
): Promise<number> {
  const [program] = command
  if (program === undefined) throw noCommand()
  await assertCommand(program, pathWithUs())
  const { onStep = () => {}, onWarning = () => {}, signal, hurry, onInterrupted } = options
  let isSignalled = false
  const takeSignals: TakeSignals = (take) =>
    (options.takeSignals ?? terminateOn(signal))((name) => {
      isSignalled = true
      take(name)
    })
  const work = (config: Config) => execIn(config, command, { ...options, takeSignals })
  const exitCode = await (options.ephemeral
    ? withEphemeralInstance(resolved, { onStep, onWarning, signal, hurry }, work)
    : work(resolved.config))
  if (isSignalled && exitCode !== 0)
    onInterrupted?.(
      `${program} ended with ${exitCode}; Keycloak ${options.ephemeral ? 'is removed' : 'still runs'}.`,
    )
  return exitCode
}

async function execIn(
  config: Config,
  [program = '', ...args]: readonly string[],
  {
    showSecrets = false,
    onWarning,
    onReady,
    takeSignals,
    onTerminal = false,
    ...options
  }: ExecOptions & { readonly takeSignals: TakeSignals },
): Promise<number> {
  const report = await up(config, options)
  const { variables } = await env(config, { showSecrets })
  const { difference, endpoints } = report
  if (difference) onWarning?.(differenceWarning(endpoints.realm, difference))
  for (const warning of report.warnings) onWarning?.(warning)
  throwIfInterrupted(options.signal)
  onReady?.(report)
  return runForeground(program, args, {
    env: { ...variables, ...sameTarget(config, report), ...ownProgram() },
    takeSignals,
    onTerminal,
    killAfterMs: KILL_AFTER_MS,
  })
}

/** Returns variables that make `mcp-keycloak` commands inside the command use the same realm, despite other options. */
function sameTarget(config: Config, { runtime, endpoints }: UpReport): Readonly<Record<string, string>> {
  const { realm, keycloakUrl } = endpoints
  const { instance } = config
  const server =
    config.keycloakUrl === undefined
      ? { keycloakUrl: '', instance, runtime, port: new URL(keycloakUrl).port } // overrides a URL of the shell
      : { keycloakUrl }
  const values = { ...server, realm, dataFolder: folders(config).data }
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [environmentName(key as ConfigKey), value]),
  )
}

/** Lets the command find the `mcp-keycloak` that runs it, independently of the installation. */
function ownProgram(): Readonly<Record<string, string>> {
  return { PATH: pathWithUs(), MCP_KEYCLOAK_NODE: process.execPath }
}

/** The PATH, preceded by a folder that has only our program. */
function pathWithUs(): string {
  return [assetPath('bin/for-exec'), process.env.PATH].filter(Boolean).join(delimiter)
}

function terminateOn(signal: AbortSignal | undefined): TakeSignals {
  return (take) => {
    const onAbort = () => take('SIGTERM')
    signal?.addEventListener('abort', onAbort, { once: true })
    return { [Symbol.dispose]: () => signal?.removeEventListener('abort', onAbort) }
  }
}

function noCommand(): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'exec needs a command to run.',
    why: 'There is none after the options.',
    fix: command('exec', '--', 'pytest'),
  })
}
