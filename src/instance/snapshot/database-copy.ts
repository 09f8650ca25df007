import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { isThere } from '../../config/files/is-there.ts'
import { parseJson } from '../../config/files/parse-json.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { copyParts } from '../../runtime/state/copied-parts.ts'
import { readIfThere, writePrivateJson } from '../../runtime/state/private-file.ts'
import { newSnapshotFolder, removeUnlisted, snapshotsFolder } from '../../runtime/state/snapshots.ts'
import type { InstanceState } from '../../runtime/state/state.ts'

/** The copied database in a folder of files. */
const DATABASE = 'database.mv.db'

/** The warning after an interrupted `snapshot load`. */
export const INTERRUPTED_LOAD =
  'A load of a snapshot was interrupted. The database is the one from before that load.'

/** A stopped server and its runtime. */
export interface StoppedServer {
  readonly runtime: Runtime
  readonly state: InstanceState
}

/**
 * Copies a stopped server's database, and the files that belong to it, to a new folder. Without a record, the folder is
 * temporary.
 *
 * @returns the name of the folder, and the size of the database
 * @throws {McpKeycloakError} `DISK_FULL`, `STATE_UNWRITABLE`, `COMPOSE_FAILED`
 */
export async function copyDatabase({ runtime, state }: StoppedServer) {
  const folder = newSnapshotFolder()
  const place = join(snapshotsFolder(state.folder), folder)
  try {
    await copyParts(state.folder, place)
    await runtime.saveDatabase(state, join(place, DATABASE))
    const { size } = await stat(join(place, DATABASE))
    return { folder, bytes: size }
  } catch (error) {
    await rm(place, { recursive: true, force: true }).catch(() => {})
    throw error
  }
}

/** Whether a folder still has the files of its snapshot. */
export function isComplete(instanceFolder: string, folder: string): Promise<boolean> {
  return isThere(join(snapshotsFolder(instanceFolder), folder, DATABASE))
}

/**
 * Replaces a stopped server's database, and the files that belong to it. A journal names the copy of the old ones: after a
 * kill, {@link undoReplacement} takes them back.
 *
 * @param from name of the folder with the new files
 * @param old name of the folder with a copy of the present ones
 * @throws {McpKeycloakError} `DISK_FULL`, `STATE_UNWRITABLE`, `COMPOSE_FAILED`; the old database is back then
 */
export async function replaceDatabase(server: StoppedServer, from: string, old: string): Promise<void> {
  const journal = journalPath(server.state.folder)
  await writePrivateJson(journal, { old })
  try {
    await put(server, from)
  } catch (error) {
    await undoReplacement(server)
    throw error
  }
  await rm(journal, { force: true })
}

/**
 * Takes back a replacement that did not end. Does nothing without one.
 *
 * @returns whether there was one
 * @throws {McpKeycloakError} `DISK_FULL`, `STATE_UNWRITABLE`, `COMPOSE_FAILED`; the next call tries again
 */
export async function undoReplacement(server: StoppedServer): Promise<boolean> {
  const { folder } = server.state
  const text = await readIfThere(journalPath(folder))
  if (text === undefined) return false
  const { old } = (parseJson(text) ?? {}) as { readonly old?: unknown }
  const isKept = typeof old === 'string' && (await isComplete(folder, old))
  if (isKept) await put(server, old)
  await rm(journalPath(folder), { force: true })
  await removeUnlisted(folder)
  return isKept
}

async function put({ runtime, state }: StoppedServer, from: string): Promise<void> {
  const place = join(snapshotsFolder(state.folder), from)
  await runtime.putDatabase(state, join(place, DATABASE))
  await copyParts(place, state.folder)
}

function journalPath(instanceFolder: string): string {
  return join(instanceFolder, 'replacing-database.json')
}
