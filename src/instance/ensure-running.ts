import { command, commandTarget, withTarget } from '../config/command.ts'
import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { missingFeatures } from '../config/server.ts'
import { McpKeycloakError, throwIfInterrupted } from '../errors.ts'
import type { ServerSelf } from '../keycloak/server-info.ts'
import { strangerWarning } from '../runtime/probe-port.ts'
import type { OnStep, RunContext, RunningKeycloak, RuntimeName } from '../runtime/runtime.ts'
import { selectRuntime } from '../runtime/select.ts'
import type { AdminCredentials } from '../runtime/state/admin-credentials.ts'
import { withInstanceLock } from '../runtime/state/instance-lock.ts'
import { type InstanceState, setStateAside, writeState, writeStopped } from '../runtime/state/state.ts'
import { externalKeycloak, runningKeycloak } from './instance.ts'
import { wantedVersion } from './instance-version.ts'
import { knownInstance } from './known-instance.ts'
import { failedToStart, startInstance, waitForHealth } from './start-instance.ts'

/** The time that another `up` may need for a download, in addition to the ready deadline. */
const DOWNLOAD_MS = 600_000

/** A ready Keycloak, with details of its start. */
export interface Running {
  readonly keycloak: RunningKeycloak
  readonly runtime: RuntimeName
  /** The reason for the runtime, as a clause. */
  readonly reason: string
  /** Whether it ran before. */
  readonly alreadyRunning: boolean
  /** The URL for other containers; `null` for an external Keycloak. */
  readonly containerUrl: string | null
  /** The administrator; `null` for an external Keycloak. */
  readonly admin: AdminCredentials | null
  /** The version and features of a server that was just started: a request takes half a second while it is cold. */
  readonly self?: ServerSelf
  /** The duration of the download. */
  readonly fetchMs: number
  readonly beganAt: number
  readonly readyAt: number
}

/** The options and callbacks of a start. */
export interface EnsureRunningContext {
  readonly onStep: OnStep
  /** Aborting stops a server that was started. */
  readonly signal: AbortSignal | undefined
  /** Aborting kills a stopping server instead of waiting for it. */
  readonly hurry: AbortSignal | undefined
  /** Whether a running server may be restarted. */
  readonly restart: boolean
  /** Checks the realm before a server is started, or before the given server is restarted. */
  readonly assertRealm: (keycloak?: RunningKeycloak) => Promise<unknown>
  /** Called with the outcome of an interrupted start. */
  readonly onOutcome: (outcome: string) => void
  readonly onWarning: (warning: string) => void
}

/**
 * Starts the instance unless it runs, and does work on it while no other command may. Stops a server that it started and
 * that never became ready. An external Keycloak is used as-is.
 *
 * @throws {McpKeycloakError} `NO_RUNTIME`, `PORT_IN_USE`, `KEYCLOAK_NOT_READY`, `USAGE_INVALID`, and the errors of `work`
 */
export async function withRunning<Result>(
  config: Config,
  context: EnsureRunningContext,
  work: (running: Running) => Promise<Result>,
): Promise<Result> {
  if (config.keycloakUrl !== undefined) return work(externalRunning(config))
  const { onStep, signal } = context
  const waitMs = config.timeout * 1000 + DOWNLOAD_MS
  return withInstanceLock(folders(config).data, config.instance, { waitMs, onStep, signal }, (folder) =>
    ensureRunning(config, folder, context, work),
  )
}

function externalRunning(config: Config): Running {
  const now = Date.now()
  return {
    keycloak: externalKeycloak(config),
    runtime: 'external',
    reason: 'the option "keycloakUrl" names it',
    alreadyRunning: true,
    containerUrl: null,
    admin: null,
    fetchMs: 0,
    beganAt: now,
    readyAt: now,
  }
}

async function ensureRunning<Result>(
  config: Config,
  folder: string,
  { onStep, signal, hurry, restart, assertRealm, onOutcome, onWarning }: EnsureRunningContext,
  work: (running: Running) => Promise<Result>,
): Promise<Result> {
  const { instance } = config
  const { data, cache } = folders(config)
  const known = await knownInstance(config)
  const { state: before, running, damage, warnings } = known
  warnings.forEach(onWarning)
  if (damage !== undefined) onWarning(`The damaged state is kept: ${await setStateAside(folder)}`)
  if (before && running && warnings.length > 0) await writeState(before)
  const version = wantedVersion(config, before)
  if (!before) await assertRealm()
  const { runtime, reason } = await selectRuntime(config, known, cache).catch((error: unknown) => {
    throwIfInterrupted(signal) // Ctrl-C also ends the programs that look for a JDK
    throw error
  })
  const context: RunContext = { instance, folder, onStep, onWarning, signal, hurry }
  const stopFor = async (state: InstanceState, step: string) => {
    onStep(step)
    await runtime.stop(state, hurry)
    onOutcome(`Keycloak is stopped (instance "${instance}").`)
    return undefined
  }
  let current = running ? before : undefined
  if (current && !current.admin && restart)
    current = await stopFor(current, 'Stopping Keycloak, to create a new administrator')
  if (current) {
    assertSamePort(config, current)
    const missing = missingFeatures(config.with, current.features)
    if (missing.length > 0) {
      if (!restart) throw needsRestart(config, missing)
      await waitForHealth(runtime, current, config, signal)
      await assertRealm(await runningKeycloak(runtime, current))
      current = await stopFor(current, `Stopping Keycloak, to start it with ${missing.join(' and ')}`)
    }
  }
  if (current) {
    if (current.version !== version)
      onWarning(
        `It runs Keycloak ${current.version}; ${version} is taken after ${command('down', { instance })}.`,
      )
    const { port } = current
    const stranger = await withTarget(commandTarget({ instance }), () => strangerWarning(port))
    if (stranger) onWarning(stranger)
  }
  const alreadyRunning = current !== undefined
  const beganAt = Date.now()
  const { state, fetchMs } = current
    ? { state: current, fetchMs: 0 }
    : await startInstance(runtime, config, before, data, context)
  try {
    await waitForHealth(runtime, state, config, signal)
    const readyAt = Date.now()
    const keycloak = await runningKeycloak(runtime, state)
    if (!before) await runtime.keepDatabase(state) // before the first realm is created
    const [result] = await Promise.all([
      work({
        keycloak,
        runtime: runtime.name,
        reason,
        alreadyRunning,
        containerUrl: runtime.containerUrl(state),
        admin: state.admin ?? null,
        fetchMs,
        beganAt,
        readyAt,
        ...(!alreadyRunning && { self: justStarted(state) }),
      }),
      runtime.clearBootstrap(state).catch((error: Error) => onWarning(passwordStays(error))), // also after a kill
    ])
    if (!alreadyRunning) await writeState(await runtime.settle(state))
    return result
  } catch (error) {
    if (!alreadyRunning && (signal?.aborted || failedToStart(error))) {
      onStep('Stopping Keycloak')
      await runtime.stop(state, hurry)
      await writeStopped(state).catch(() => {}) // report the first error, not this one
      onOutcome(`Keycloak, which was starting, is stopped (instance "${instance}").`)
    }
    throw error
  }
}

function passwordStays({ message }: Error): string {
  return `The first administrator's password is still in the server's configuration file. The next up removes it. ${message}`
}

function justStarted({ version, features }: InstanceState): ServerSelf {
  return { version, features, registrationFormats: ['openid-connect'] }
}

function assertSamePort({ port, instance }: Config, running: InstanceState): void {
  if (port === undefined || port === running.port) return
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `Instance "${instance}" runs already, on port ${running.port} and not on ${port}.`,
    why: 'A running server cannot change its port.',
    fix: `Stop it first: ${command('down', { instance })}. Or run another beside it: --instance <name>`,
  })
}

function needsRestart({ instance }: Config, features: readonly string[]): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `Instance "${instance}" runs without ${features.map((feature) => `--features=${feature}`).join(' and ')}.`,
    why: 'Features are switched on when the server starts, for all of its realms. A restart takes about a minute; data and logins stay.',
    fix: 'Add --yes to restart it, or run another beside it: --instance <name>',
  })
}
