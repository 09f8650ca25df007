import { randomBytes } from 'node:crypto'
import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { instanceFolder } from '../config/folders.ts'
import { isLock } from './instance-lock.ts'
import { unwritable, writePrivateFile } from './private-file.ts'

const STATE_FILE = 'state.json'

/** Apart from the state and written once, so that no accident with the state loses the way into the database. */
const ADMIN_FILE = 'admin.json'

const stateSchema = z.looseObject({
  schemaVersion: z.literal(1),
  instance: z.string(),
  runtime: z.enum(['compose', 'java']),
  version: z.string(),
  /** Absent when nobody has asked for a version. */
  chosenVersion: z.string().optional(),
  port: z.number(),
  managementPort: z.number(),
  features: z.array(z.string()).default([]),
  /** ISO 8601; absent before the first start. */
  startedAt: z.string().optional(),
  pid: z.number().int().positive().optional(),
  processStart: z.string().optional(),
})

/** The administrator that an instance's database was made with. */
export const adminCredentialsSchema = z
  .strictObject({ username: z.string().min(1), password: z.string().min(1) })
  .readonly()

/** The administrator that an instance's database was made with. */
export type AdminCredentials = z.infer<typeof adminCredentialsSchema>

/** What we remember of an instance: its ports, its process, its administrator. */
export type InstanceState = Readonly<z.infer<typeof stateSchema>> & {
  readonly admin: AdminCredentials
  /** The instance's own folder. */
  readonly folder: string
}

/** The state of an instance, or why there is none. */
export interface StateReading {
  readonly state: InstanceState | undefined
  /** Said once, when the file was garbage and has been set aside. */
  readonly warning?: string
}

/** Reads an instance's state. Garbage is set aside, not crashed on. */
export async function readState(data: string, instance: string): Promise<StateReading> {
  const folder = instanceFolder(data, instance)
  const file = join(folder, STATE_FILE)
  const text = await readIfThere(file)
  if (text === undefined) return { state: undefined }
  const state = stateSchema.safeParse(parseJson(text))
  if (state.success)
    return { state: { ...state.data, folder, admin: await adminCredentials(data, instance) } }
  const aside = `${file}.broken-${Date.now()}`
  await rename(file, aside)
  return {
    state: undefined,
    warning: `The state of instance "${instance}" could not be read and was set aside: ${aside}`,
  }
}

/**
 * Writes an instance's state, whole or not at all, readable by its owner alone.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function writeState(state: InstanceState): Promise<void> {
  const { admin: _admin, folder, ...volatile } = state
  await writePrivate(join(folder, STATE_FILE), volatile)
}

/**
 * Writes down that we have stopped the server of an instance.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function writeStopped(state: InstanceState): Promise<void> {
  await writeState({ ...state, pid: undefined, processStart: undefined, startedAt: undefined })
}

/**
 * The administrator of an instance; made, with a password that nobody guesses, when there is none yet.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function adminCredentials(data: string, instance: string): Promise<AdminCredentials> {
  const file = join(instanceFolder(data, instance), ADMIN_FILE)
  const known = adminCredentialsSchema.safeParse(parseJson((await readIfThere(file)) ?? ''))
  if (known.success) return known.data
  const made = { username: 'admin', password: randomBytes(18).toString('base64url') }
  await writePrivate(file, made)
  return made
}

/** The file with an instance's administrator. */
export function adminFile({ folder }: Pick<InstanceState, 'folder'>): string {
  return join(folder, ADMIN_FILE)
}

/** Removes all that an instance left in the data folder. */
export async function removeInstance(data: string, instance: string): Promise<void> {
  await rm(instanceFolder(data, instance), { recursive: true, force: true })
}

/** Names of the instances that have a folder. */
export async function listInstances(data: string): Promise<readonly string[]> {
  const entries = await readdir(join(data, 'instances'), { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory() && !isLock(entry.name)).map((entry) => entry.name)
}

/**
 * The text of a file; `undefined` when there is none.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw unwritable(file, error)
  })
}

/**
 * Writes a JSON file, whole or not at all, readable by its owner alone.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function writePrivate(file: string, content: unknown): Promise<void> {
  await writePrivateFile(file, `${JSON.stringify(content, null, 2)}\n`)
}

/** The value of a JSON text; `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
