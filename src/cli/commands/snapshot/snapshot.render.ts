import type { ChalkInstance } from 'chalk'

import type { SnapshotReport, SnapshotsReport } from '../../../operations/snapshot/snapshots.ts'
import { megabytes, row, seconds, shownTime, title } from '../../render.ts'
import { table } from '../../table.ts'

type Snapshot = SnapshotReport['snapshot']

/** Renders a snapshot that was saved, loaded or deleted. */
export function renderSnapshot(
  { instance, snapshot, restarted, elapsedMs }: SnapshotReport,
  chalk: ChalkInstance,
  done: string,
): string[] {
  const again = restarted ? '; Keycloak was stopped and runs again' : ''
  return [
    title(
      chalk,
      `The snapshot "${snapshot.name}" ${done} (instance "${instance}")${again}.  (${seconds(elapsedMs)})`,
    ),
    '',
    ...row(chalk, 'Saved', takenAt(snapshot)),
    ...row(chalk, 'Realms', snapshot.realms.join(', ') || 'none of mcp-keycloak'),
    ...row(chalk, 'Database', `${megabytes(snapshot.bytes)} of Keycloak ${snapshot.version}`),
  ]
}

/** Renders the result of `snapshot list`. */
export function renderSnapshots({ instance, snapshots }: SnapshotsReport, chalk: ChalkInstance): string[] {
  if (snapshots.length === 0) return [title(chalk, `Instance "${instance}" has no snapshots.`)]
  const head = ['name', 'saved', 'Keycloak', 'size', 'realms']
  const rows = snapshots.map((one) => [
    one.name,
    takenAt(one),
    one.version,
    megabytes(one.bytes),
    one.realms.join(', '),
  ])
  return table([head.map((word) => chalk.dim(word)), ...rows])
}

/** The time of a snapshot for a person. */
export function takenAt({ createdAt }: Snapshot): string {
  return shownTime(createdAt)
}
