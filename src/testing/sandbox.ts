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

/** The files of a test run on this machine, separate from the user's instances and removed after the run. */
export interface Sandbox {
  /** The name of the run, and of its instance if there is one. */
  readonly name: string
  /** Its data folder. */
  readonly folder: string
}

/** Creates a sandbox and records its owner. */
export async function makeSandbox(config: Pick<Config, 'dataFolder' | 'cacheFolder'>): Promise<Sandbox> {
  const { data } = folders(config)
  const name = `test-${randomBytes(4).toString('hex')}`
  await writeEphemeralRecord(data, { name })
  const folder = ephemeralDataFolder(data, name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return { name, folder }
}

/** Stops the server in a sandbox, if any, and removes the sandbox. */
export async function removeSandbox(config: Config, { name }: Pick<Sandbox, 'name'>): Promise<void> {
  const { data } = folders(config)
  await removeEphemeralInstance(name, data, config)
  await removeEphemeralRecord(data, name)
}

/** Stops the servers of killed runs on this machine and removes their files. */
export async function removeStraySandboxes(config: Config, onStep: OnStep): Promise<void> {
  await removeLeftBehind({ ...config, keycloakUrl: undefined }, { onStep, onWarning: onStep })
}

/**
 * Starts a reaper, which removes the sandbox when this process ends for any reason. A pipe between them shows the
 * end.
 *
 * @returns a function that ends the reaper when nothing is left to remove
 */
export function startReaper(
  config: Pick<Config, 'dataFolder' | 'cacheFolder'>,
  { name }: Sandbox,
): () => void {
  const program = fileURLToPath(new URL(`./reaper${extname(import.meta.filename)}`, import.meta.url))
  return startBeside(process.execPath, [program, folders(config).data, name])
}
