import type { Config } from '../../config/schema.ts'
import { McpKeycloakError } from '../../errors.ts'
import { copyDatabase } from '../../instance/snapshot/database-copy.ts'
import { withStopped } from '../../instance/snapshot/stopped-instance.ts'
import { keptRealms } from '../../provisioning/signing-key-file.ts'
import { writeSnapshot } from '../../runtime/state/snapshots.ts'
import {
  described,
  knownSnapshots,
  type SnapshotOptions,
  type SnapshotReport,
  withSnapshots,
} from './snapshots.ts'

/** A name that is a file name on every platform. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/

/**
 * Saves the database of an instance under a name, with the files that belong to it. Stops a running server for the copy,
 * and starts it again.
 *
 * @param options `approve` is asked before a snapshot of that name is replaced
 * @throws {McpKeycloakError} `USAGE_INVALID`, `NOT_RUNNING`, `DISK_FULL`, `INSTANCE_BUSY`, and the errors of a start
 */
export async function snapshotSave(
  config: Config,
  name: string,
  options: SnapshotOptions = {},
): Promise<SnapshotReport> {
  const existing = (await knownSnapshots(config)).snapshots.find((one) => one.name === name)
  if (!NAME.test(name)) throw badName(name)
  if (existing) await options.approve?.(existing, config)
  return withSnapshots(config, options, async (context) => {
    const { onStep } = context
    return withStopped(config, context, async (server) => {
      const { version, features, folder: instanceFolder } = server.state
      onStep('Copying the database')
      const { folder, bytes } = await copyDatabase(server)
      const realms = [...(await keptRealms(instanceFolder))].sort()
      const createdAt = new Date().toISOString()
      const record = { schemaVersion: 1 as const, name, version, createdAt, bytes, realms, features, folder }
      await writeSnapshot(instanceFolder, record)
      return { snapshot: described(record), restarted: server.ran }
    })
  })
}

function badName(name: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `"${name}" cannot be the name of a snapshot.`,
    why: 'A name has lower-case letters, digits, ".", "_" and "-", begins with a letter or digit, and has at most 64 characters.',
    fix: 'Choose such a name, for example before-demo.',
  })
}
