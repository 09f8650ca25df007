import { folders, instanceFolder } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { PINNED_VERSION } from '../config/versions.ts'
import { type ErrorCode, McpKeycloakError } from '../errors.ts'
import { readAdmin } from '../runtime/admin-credentials.ts'
import type { FoundServer, InstancePlace } from '../runtime/runtime.ts'
import { runtimeOf } from '../runtime/select.ts'
import { type InstanceState, readState } from '../runtime/state.ts'
import { choosePorts, wantedPorts } from './instance-ports.ts'

/** An instance as it is on this machine, whatever its state file says. */
export interface KnownInstance {
  /** `undefined` when there is neither a state, nor a server, nor data. */
  readonly state: InstanceState | undefined
  /** Where its server or its data is; `undefined` when there is neither. */
  readonly runtime: InstanceState['runtime'] | undefined
  /** Its server runs, ready or not. */
  readonly running: boolean
  /** What is wrong with the state file, which has to be set aside before another one is written. */
  readonly damage: string | undefined
  /** What the user should know of a damaged state. */
  readonly warnings: readonly string[]
}

/**
 * Finds the instance that the options mean. The state file is believed where the machine agrees; else the server is found by
 * its process or container, and its data by its folder or volume. Writes nothing.
 */
export async function knownInstance(config: Config): Promise<KnownInstance> {
  const { instance } = config
  const { data, cache } = folders(config)
  const folder = instanceFolder(data, instance)
  const { state, damage } = await readState(data, instance)
  if (state) {
    const runtime = runtimeOf(state, config, cache)
    if (await runtime.isRunning(state))
      return { state, runtime: state.runtime, running: true, damage, warnings: [] }
    const found = state.runtime === 'java' ? await runtime.find({ instance, folder }) : undefined // Docker was just asked
    if (!found?.running || found.port === undefined)
      return { state, runtime: state.runtime, running: false, damage, warnings: [] }
    const warning = `The state of instance "${instance}" did not know its running server, which was found by its process${pidOf(found)}.`
    return { state: merged(state, found), runtime: state.runtime, running: true, damage, warnings: [warning] }
  }
  const problem =
    damage === undefined
      ? `The state of instance "${instance}" is missing`
      : `The state of instance "${instance}" is damaged (state.json: ${damage})`
  const lost = damage === undefined ? [] : [`${problem}.`]
  const found = await findAnywhere({ instance, folder }, config)
  if (!found) return { state: undefined, runtime: undefined, running: false, damage, warnings: lost }
  const { runtime, server, admin } = found
  const blank: InstanceState = {
    schemaVersion: 1,
    instance,
    runtime,
    version: server.version,
    // Nobody is moved to another version because a file was lost.
    ...(server.version !== PINNED_VERSION && { chosenVersion: server.version }),
    features: [],
    ...(await choosePorts(wantedPorts(config, undefined), undefined, data)),
    admin,
    folder,
  }
  const recovered = merged(blank, server)
  const running = server.running && server.port !== undefined // one that cannot be asked is stopped by the next up
  const source = running ? `its running server${pidOf(server)}` : `its data of Keycloak ${server.version}`
  const warning = `${problem}; it was recovered from ${source}, port ${recovered.port}.`
  return { state: recovered, runtime, running, damage, warnings: [warning] }
}

/**
 * As {@link knownInstance}; an instance that cannot be seen from here, as behind another Docker engine, counts as stopped, with
 * the reason as a warning.
 *
 * @param codes of the errors that count so; default: all of ours
 */
export async function knownOrUnseen(config: Config, codes?: readonly ErrorCode[]): Promise<KnownInstance> {
  return knownInstance(config).catch(async (error: unknown) => {
    if (!(error instanceof McpKeycloakError) || (codes && !codes.includes(error.code))) throw error
    const { state, damage } = await readState(folders(config).data, config.instance)
    const kept = codes ? ' What it has there stays.' : ''
    return {
      state,
      runtime: state?.runtime,
      running: false,
      damage,
      warnings: [`${error.message} ${error.why}${kept}`],
    }
  })
}

async function findAnywhere(place: InstancePlace, config: Config) {
  const { cache } = folders(config)
  const { admin } = await readAdmin(place.folder)
  for (const runtime of ['java', 'compose'] as const) {
    const server = await runtimeOf({ runtime }, config, cache).find(place)
    if (server) return { runtime, server, admin }
  }
  return undefined
}

/** What was found wins. */
function merged(state: InstanceState, found: FoundServer): InstanceState {
  const { running: _, port = state.port, managementPort = state.managementPort, ...rest } = found
  return { ...state, ...rest, features: [...found.features], port, managementPort }
}

function pidOf({ pid }: FoundServer): string {
  return pid === undefined ? '' : ` (pid ${pid})`
}
