import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { removeEphemeralInstance, removeLeftBehind } from '../operations/ephemeral.ts'
import { startBeside } from '../runtime/exec.ts'
import type { OnStep } from '../runtime/runtime.ts'
import {
  ephemeralDataFolder,
  removeEphemeralRecord,
  writeEphemeralRecord,
} from '../runtime/state/ephemeral-record.ts'

/** What a test run keeps on this machine: apart from the user's own instances, and gone with the run. */
export interface Workshop {
  /** Also the name of the instance in it, if there is one. */
  readonly name: string
  /** Its data folder. */
  readonly folder: string
}

/** Makes a workshop; a note says whose it is. */
export async function makeWorkshop(config: Pick<Config, 'dataFolder' | 'cacheFolder'>): Promise<Workshop> {
  const { data } = folders(config)
  const name = `test-${randomBytes(4).toString('hex')}`
  await writeEphemeralRecord(data, { name })
  const folder = ephemeralDataFolder(data, name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return { name, folder }
}

/** Stops the server in a workshop, if there is one, and removes all of it. */
export async function removeWorkshop(config: Config, { name }: Pick<Workshop, 'name'>): Promise<void> {
  const { data } = folders(config)
  await removeEphemeralInstance(name, data, config)
  await removeEphemeralRecord(data, name)
}

/** Stops and removes what runs that were killed have left on this machine. */
export async function sweepWorkshops(config: Config, onStep: OnStep): Promise<void> {
  await removeLeftBehind({ ...config, keycloakUrl: undefined }, { onStep, onWarning: onStep })
}

/**
 * Has a workshop removed when this process is gone, however it ends: the reaper sees it by the pipe between them.
 *
 * @returns lets the reaper go, once there is nothing left to remove
 */
export function startReaper(
  config: Pick<Config, 'dataFolder' | 'cacheFolder'>,
  { name }: Workshop,
): () => void {
  const program = fileURLToPath(new URL(`./reaper${extname(import.meta.filename)}`, import.meta.url))
  return startBeside(process.execPath, [program, folders(config).data, name])
}
