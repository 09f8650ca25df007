import { command } from '../../config/command.ts'
import { folders } from '../../config/folders.ts'
import type { Config } from '../../config/schema.ts'
import { McpKeycloakError } from '../../errors.ts'
import { assertDiskRoom } from '../../runtime/disk.ts'
import type { RunContext } from '../../runtime/runtime.ts'
import { runtimeOf } from '../../runtime/select.ts'
import { type InstanceState, setStateAside, writeState, writeStopped } from '../../runtime/state/state.ts'
import { noSuchInstance } from '../instance.ts'
import { knownInstance } from '../known-instance.ts'
import { startInstance, waitForHealth } from '../start-instance.ts'
import { INTERRUPTED_LOAD, type StoppedServer, undoReplacement } from './database-copy.ts'

/** Bytes without which a running server is not stopped. A start writes a log and its state. */
const RESTART_BYTES = 20_000_000

/** An instance that was stopped for work on its database. */
export interface StoppedInstance extends StoppedServer {
  /** Whether its server ran before. */
  readonly ran: boolean
  /** Starts a server that ran before. Otherwise it is started after the work. */
  readonly start: (state: InstanceState) => Promise<void>
}

/**
 * Stops an instance, and does work on its database while no server has it open. A server that ran is started again when
 * the work is done or has failed.
 *
 * @param context the instance's lock is held
 * @throws {McpKeycloakError} `NOT_RUNNING` for an unknown instance or one without a database; `DISK_FULL` before a running
 * server is stopped; the errors of the work and of a start
 */
export async function withStopped<Result>(
  config: Config,
  context: RunContext,
  work: (instance: StoppedInstance) => Promise<Result>,
): Promise<Result> {
  const { runtime, state, ran } = await stopInstance(config, context)
  let isStopped = ran
  const start = async (stopped: InstanceState) => {
    if (!isStopped) return
    await startAgain({ runtime, state: stopped }, config, context)
    isStopped = false
  }
  try {
    const result = await work({ runtime, state, ran, start })
    await start(state).catch((error: unknown) => {
      throw notStarted(error)
    })
    return result
  } catch (error) {
    await start(state).catch((other: unknown) => context.onStep(notStarted(other).why))
    throw error
  }
}

async function stopInstance(config: Config, context: RunContext) {
  const { data, cache } = folders(config)
  const { folder, instance, onStep, onWarning, hurry } = context
  const { state, running, damage, warnings } = await knownInstance(config)
  if (!state) throw await noSuchInstance(instance, data, warnings)
  const runtime = runtimeOf(state, config, cache)
  if (!(await runtime.hasDatabase({ instance, folder }, state.version))) throw noDatabase(instance)
  warnings.forEach(onWarning)
  if (running) await assertDiskRoom(folder, RESTART_BYTES, 'a copy of the database and the next start')
  if (running) onStep('Stopping Keycloak')
  await runtime.stop(state, hurry)
  const left = await runtime.stopStray({ instance, folder })
  if (damage !== undefined) onWarning(`The damaged state is kept: ${await setStateAside(folder)}`)
  await writeStopped(state)
  if (await undoReplacement({ runtime, state })) onWarning(INTERRUPTED_LOAD)
  return { runtime, state, ran: running || left }
}

/** Starts an instance with the version, ports and features that it had. Stops a server that does not become ready. */
async function startAgain(
  { runtime, state }: StoppedServer,
  config: Config,
  context: RunContext,
): Promise<void> {
  const { data } = folders(config)
  const { version, chosenVersion, ...rest } = state
  const own = { ...config, keycloakVersion: version, with: [], port: undefined, managementPort: undefined }
  const { state: started } = await startInstance(runtime, own, { ...rest, version }, data, context)
  try {
    await waitForHealth(runtime, started, config, undefined)
    await runtime.clearBootstrap(started)
    const { chosenVersion: _, ...settled } = await runtime.settle(started)
    await writeState({ ...settled, ...(chosenVersion !== undefined && { chosenVersion }) })
  } catch (error) {
    await runtime.stop(started, context.hurry)
    await writeStopped({ ...state, admin: started.admin }).catch(() => {}) // report the first error
    throw error
  }
}

/** The database is complete, whatever kept the server from starting. */
function notStarted(error: unknown): McpKeycloakError {
  if (!(error instanceof McpKeycloakError)) throw error
  const { code, message, why, fix } = error
  return new McpKeycloakError(code, {
    what: 'The database is complete, but Keycloak did not start again.',
    why: `${message} ${why}`,
    fix,
    cause: error,
  })
}

function noDatabase(instance: string): McpKeycloakError {
  return new McpKeycloakError('NOT_RUNNING', {
    what: `Instance "${instance}" has no database yet.`,
    why: 'Its server was never started completely.',
    fix: command('up', { instance }),
  })
}
