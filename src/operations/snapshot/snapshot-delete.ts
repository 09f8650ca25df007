import type { Config } from '../../config/schema.ts'
import { removeSnapshot } from '../../runtime/state/snapshots.ts'
import {
  described,
  knownSnapshots,
  namedSnapshot,
  type SnapshotOptions,
  type SnapshotReport,
  withSnapshots,
} from './snapshots.ts'

/**
 * Deletes a snapshot. A running server keeps running.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID`, `NOT_RUNNING`, `INSTANCE_BUSY`
 */
export async function snapshotDelete(
  config: Config,
  name: string,
  options: SnapshotOptions = {},
): Promise<SnapshotReport> {
  const snapshot = described(namedSnapshot(await knownSnapshots(config), name))
  await options.approve?.(snapshot, config)
  return withSnapshots(config, options, async ({ folder }) => {
    await removeSnapshot(folder, snapshot)
    return { snapshot, restarted: false }
  })
}
