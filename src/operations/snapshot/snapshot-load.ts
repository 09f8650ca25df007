import { command } from '../../config/command.ts'
import { folders, instanceFolder } from '../../config/folders.ts'
import type { Config } from '../../config/schema.ts'
import { isOlderVersion } from '../../config/versions.ts'
import { McpKeycloakError } from '../../errors.ts'
import { copyDatabase, isComplete, replaceDatabase } from '../../instance/snapshot/database-copy.ts'
import { type StoppedInstance, withStopped } from '../../instance/snapshot/stopped-instance.ts'
import type { RunContext } from '../../runtime/runtime.ts'
import { removeUnlisted, type SnapshotRecord } from '../../runtime/state/snapshots.ts'
import { type InstanceState, readState, writeStopped } from '../../runtime/state/state.ts'
import {
  described,
  knownSnapshots,
  namedSnapshot,
  type SnapshotOptions,
  type SnapshotReport,
  withSnapshots,
} from './snapshots.ts'

/**
 * Replaces the database of an instance by a snapshot, with the files that belong to it. Stops a running server, and starts
 * it again. A snapshot that Keycloak does not start with is taken back.
 *
 * @param options `approve` is asked before the database is replaced
 * @throws {McpKeycloakError} `USAGE_INVALID`, `NOT_RUNNING`, `VERSION_UNSUPPORTED` for a snapshot of a newer Keycloak,
 * `DISK_FULL`, `INSTANCE_BUSY`, and the errors of a start
 */
export async function snapshotLoad(
  config: Config,
  name: string,
  options: SnapshotOptions = {},
): Promise<SnapshotReport> {
  const record = namedSnapshot(await knownSnapshots(config), name)
  const { data } = folders(config)
  if (!(await isComplete(instanceFolder(data, config.instance), record.folder))) throw incomplete(name)
  const { state } = await readState(data, config.instance)
  if (state) assertNotNewer(record, state.version, config)
  await options.approve?.(described(record), config)
  return withSnapshots(config, options, (context) => load(config, name, context))
}

async function load(config: Config, name: string, context: RunContext) {
  const record = namedSnapshot(await knownSnapshots(config), name)
  return withStopped(config, context, async (server) => {
    const { state } = server
    assertNotNewer(record, state.version, config)
    context.onStep('Keeping the present database')
    const { folder: old } = await copyDatabase(server)
    context.onStep(`Loading the snapshot ${name}`)
    await replaceDatabase(server, record.folder, old)
    const features = [...new Set([...state.features, ...record.features])]
    await writeStopped({ ...state, features })
    await startOrTakeBack(server, { ...state, features }, old, context)
    await removeUnlisted(state.folder)
    if (isOlderVersion(record.version, state.version))
      context.onWarning(migrated(record, state.version, server.ran))
    return { snapshot: described(record), restarted: server.ran }
  })
}

/** Starts the server with the new database. When that fails, puts the old database back. */
async function startOrTakeBack(
  server: StoppedInstance,
  state: InstanceState,
  old: string,
  { onStep }: RunContext,
): Promise<void> {
  try {
    await server.start(state)
  } catch (error) {
    onStep('Putting the previous database back')
    await replaceDatabase(server, old, old)
    if (!(error instanceof McpKeycloakError)) throw error
    const { code, message, why } = error
    throw new McpKeycloakError(code, {
      what: 'Keycloak does not start with the snapshot.',
      why: `${message} ${why} The previous database is back.`,
      fix: `See the log: ${command('logs', { level: 'ERROR' })}`,
      cause: error,
    })
  }
}

function assertNotNewer({ name, version }: SnapshotRecord, running: string, { instance }: Config): void {
  if (!isOlderVersion(running, version)) return
  throw new McpKeycloakError('VERSION_UNSUPPORTED', {
    what: `The snapshot "${name}" cannot be loaded.`,
    why: `It is a database of Keycloak ${version}; instance "${instance}" has Keycloak ${running}, which does not know it.`,
    fix: `Start the newer version first: ${command('down')}; ${command('up', { keycloakVersion: version })}`,
  })
}

function migrated({ version }: SnapshotRecord, to: string, ran: boolean): string {
  return `The snapshot is a database of Keycloak ${version}. Keycloak ${to} ${ran ? 'has brought' : 'brings'} it up to date${ran ? '' : ' at the next start'}.`
}

function incomplete(name: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `The snapshot "${name}" cannot be loaded.`,
    why: 'Its database file is missing.',
    fix: `Delete the snapshot: ${command('snapshot delete', name)}`,
  })
}
