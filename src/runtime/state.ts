import { access, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { instanceFolder } from '../config/folders.ts'
import { parseJson } from '../config/parse-json.ts'
import { type AdminCredentials, adminCredentials } from './admin-credentials.ts'
import { isLock } from './instance-lock.ts'
import { readIfThere, unwritable, writePrivateJson } from './private-file.ts'

const STATE_FILE = 'state.json'

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
  /** compose: id of the data folder that containers and volumes belong to; `null` in a state that an earlier version wrote. */
  owner: z.string().nullable().optional(),
  /** compose: id of the Docker engine that has the data. */
  engine: z.string().optional(),
  /** compose: Compose project of an earlier version whose data was copied, and is kept until an administrator has logged in. */
  copiedFrom: z.string().optional(),
})

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

/**
 * Reads an instance's state. Garbage is set aside, not crashed on.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function readState(data: string, instance: string): Promise<StateReading> {
  const folder = instanceFolder(data, instance)
  const file = join(folder, STATE_FILE)
  const text = await readIfThere(file)
  if (text === undefined) return { state: undefined }
  const state = stateSchema.safeParse(parseJson(text))
  if (state.success) {
    const { runtime, owner = runtime === 'compose' ? null : undefined } = state.data
    return { state: { ...state.data, owner, folder, admin: await adminCredentials(data, instance) } }
  }
  const aside = `${file}.broken-${Date.now()}`
  await rename(file, aside).catch((error: unknown) => {
    throw unwritable(file, error)
  })
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
  await writePrivateJson(join(folder, STATE_FILE), volatile)
}

/**
 * Writes down that we have stopped the server of an instance.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function writeStopped(state: InstanceState): Promise<void> {
  await writeState({ ...state, pid: undefined, processStart: undefined, startedAt: undefined })
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

/** Names of the instances that are remembered: a folder alone may be what is left of an `up` that failed. */
export async function rememberedInstances(data: string): Promise<readonly string[]> {
  const names = await listInstances(data)
  const remembered = names.map((name) =>
    access(join(instanceFolder(data, name), STATE_FILE)).then(
      () => name,
      () => [],
    ),
  )
  return (await Promise.all(remembered)).flat()
}
