import { folders, instanceFolder } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { PINNED_VERSION } from '../config/versions.ts'
import { wantedPorts } from '../config/wanted-ports.ts'
import { type ErrorCode, McpKeycloakError } from '../errors.ts'
import type { FoundServer, InstancePlace } from '../runtime/runtime.ts'
import { runtimeOf } from '../runtime/select.ts'
import { readAdmin } from '../runtime/state/admin-credentials.ts'
import { type InstanceState, readState } from '../runtime/state/state.ts'
import { choosePorts } from './instance-ports.ts'

/** The actual instance on this machine, independent of its state file. */
export interface KnownInstance {
  /** `undefined` when there is no state, no server and no data. */
  readonly state: InstanceState | undefined
  /** The runtime that has its server or its data; `undefined` when there is neither. */
  readonly runtime: InstanceState['runtime'] | undefined
  /** Whether its server runs, ready or not. */
  readonly running: boolean
  /** The fault of a damaged state file, which has to be set aside before a new one is written. */
  readonly damage: string | undefined
  /** Warnings about a damaged state. */
  readonly warnings: readonly string[]
}

/**
 * Finds the instance that the options name. Uses the state file when it matches the machine. Otherwise finds the server by
 * its process or container, and the data by its folder or volume. Writes nothing.
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
    const found = state.runtime === 'java' ? await runtime.find({ instance, folder }) : undefined // Docker was queried just now
    if (!found?.running || found.port === undefined)
      return { state, runtime: state.runtime, running: false, damage, warnings: [] }
    const warning = `The state of instance "${instance}" did not list its running server, which was found by its process${pidOf(found)}.`
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
    // A lost file must not change the version.
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
 * Finds an instance like {@link knownInstance}. An unreachable one, for example in another Docker engine, counts as stopped;
 * the reason is added as a warning.
 *
 * @param codes error codes that count as unreachable; default: all of them
 */
export async function knownOrUnseen(config: Config, codes?: readonly ErrorCode[]): Promise<KnownInstance> {
  return knownInstance(config).catch(async (error: unknown) => {
    if (!(error instanceof McpKeycloakError) || (codes && !codes.includes(error.code))) throw error
    const { state, damage } = await readState(folders(config).data, config.instance)
    const kept = codes ? ' Its data there is kept.' : ''
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

/** Completes a found server with the options. Values that were found win. */
function merged(state: InstanceState, found: FoundServer): InstanceState {
  const { running: _, port = state.port, managementPort = state.managementPort, ...rest } = found
  return { ...state, ...rest, features: [...found.features], port, managementPort }
}

function pidOf({ pid }: FoundServer): string {
  return pid === undefined ? '' : ` (pid ${pid})`
}
