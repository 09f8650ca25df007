import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { lock } from 'proper-lockfile'
import { z } from 'zod'

import { instanceFolder } from '../config/folders.ts'
import { McpKeycloakError } from '../errors.ts'

const STATE_FILE = 'state.json'

/** Apart from the state and written once, so that no accident with the state loses the way into the database. */
const ADMIN_FILE = 'admin.json'

/** A lock that was not refreshed for this long belongs to a process that died. */
const STALE_LOCK_MS = 5000

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

const adminSchema = z.strictObject({ username: z.string().min(1), password: z.string().min(1) })

/** The administrator that an instance's database was made with. */
export type AdminCredentials = Readonly<z.infer<typeof adminSchema>>

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
    warning: `The state of instance "${instance}" could not be read and was set aside: ${aside}. A server that it knew of is not stopped by us.`,
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
 * The administrator of an instance; made, with a password that nobody guesses, when there is none yet.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function adminCredentials(data: string, instance: string): Promise<AdminCredentials> {
  const file = join(instanceFolder(data, instance), ADMIN_FILE)
  const known = adminSchema.safeParse(parseJson((await readIfThere(file)) ?? ''))
  if (known.success) return known.data
  const made = { username: 'admin', password: randomBytes(18).toString('base64url') }
  await writePrivate(file, made)
  return made
}

/** Removes all that an instance left in the data folder. */
export async function removeInstance(data: string, instance: string): Promise<void> {
  await rm(instanceFolder(data, instance), { recursive: true, force: true })
}

/** Names of the instances that have a folder. */
export async function listInstances(data: string): Promise<readonly string[]> {
  const entries = await readdir(join(data, 'instances'), { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
}

/**
 * Does `work` while no other process works on the instance; waits for one that does.
 *
 * @param waitMs how long to wait for the other one
 * @throws {McpKeycloakError} `INSTANCE_BUSY` when the other one is not done in time, `STATE_UNWRITABLE`
 */
export async function withInstanceLock<T>(
  data: string,
  instance: string,
  waitMs: number,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = instanceFolder(data, instance)
  const release = await acquire(folder, instance, waitMs)
  try {
    return await work(folder)
  } finally {
    await release().catch(() => {}) // `down --purge` removed the folder, and the lock with it
  }
}

async function acquire(folder: string, instance: string, waitMs: number): Promise<() => Promise<void>> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return await lock(folder, {
      lockfilePath: join(folder, 'lock'),
      stale: STALE_LOCK_MS,
      onCompromised: () => {}, // a laptop that slept: whoever took the lock meanwhile found us and waits for nothing
      retries: { retries: Math.ceil(waitMs / 500), minTimeout: 500, maxTimeout: 500, factor: 1 },
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw unwritable(folder, error)
    throw new McpKeycloakError('INSTANCE_BUSY', {
      what: `Another mcp-keycloak works on instance "${instance}".`,
      why: `It was not done within ${Math.round(waitMs / 1000)} seconds.`,
      fix: 'Wait for it, or stop it; a lock left by a dead process goes away by itself after 5 seconds.',
      cause: error,
    })
  }
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
  const temporary = `${file}.${process.pid}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
    await rename(temporary, file)
  } catch (error) {
    throw unwritable(file, error)
  }
}

/** The value of a JSON text; `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unwritable(path: string, cause: unknown): McpKeycloakError {
  return new McpKeycloakError('STATE_UNWRITABLE', {
    what: `mcp-keycloak cannot use ${path}.`,
    why: (cause as Error).message,
    fix: 'Make that folder writable, or choose another with --data-folder.',
    cause,
  })
}
