import { access, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'
import { parseJson } from '../../config/files/parse-json.ts'
import { instanceFolder } from '../../config/folders.ts'
import { type AdminCredentials, readAdmin } from './admin-credentials.ts'
import { isLock } from './instance-lock.ts'
import { faultOfJson, readOrDamage, setAside, writePrivateJson } from './private-file.ts'

const STATE_FILE = 'state.json'

const stateSchema = z.looseObject({
  schemaVersion: z.literal(1),
  instance: z.string(),
  runtime: z.enum(['compose', 'java']),
  version: z.string(),
  /** Absent when no version was requested. */
  chosenVersion: z.string().optional(),
  port: z.int().min(1).max(65_535),
  managementPort: z.int().min(1).max(65_535),
  features: z.array(z.string()).default([]),
  /** ISO 8601; absent before the first start. */
  startedAt: z.string().optional(),
  pid: z.number().int().positive().optional(),
  processStart: z.string().optional(),
  /** compose: id of the data folder that containers and volumes belong to; `null` in a state that an earlier version wrote. */
  owner: z.string().nullable().optional(),
  /** compose: id of the Docker engine that has the data. */
  engine: z.string().optional(),
  /** compose: Compose project of an earlier version whose data was copied. It is kept until an administrator has logged in. */
  copiedFrom: z.string().optional(),
})

/** The state of an instance: its ports, its process, its administrator. */
export type InstanceState = Readonly<z.infer<typeof stateSchema>> & {
  /** `undefined` when its file is missing or damaged. */
  readonly admin: AdminCredentials | undefined
  /** The instance's own folder. */
  readonly folder: string
}

/** The state of an instance, or the reason why it is missing. */
export interface StateReading {
  readonly state: InstanceState | undefined
  /** The fault of a damaged file, in a few words. */
  readonly damage?: string
}

/** Reads an instance's state; writes nothing. The state of another instance counts as damaged. */
export async function readState(data: string, instance: string): Promise<StateReading> {
  const folder = instanceFolder(data, instance)
  const { text, damage } = await readOrDamage(join(folder, STATE_FILE))
  if (text === undefined) return { state: undefined, ...(damage !== undefined && { damage }) }
  const parsed = stateSchema.safeParse(parseJson(text))
  if (!parsed.success) return { state: undefined, damage: faultOfJson(text, parsed.error) }
  if (parsed.data.instance !== instance)
    return { state: undefined, damage: `it is the state of instance "${parsed.data.instance}"` }
  const { runtime, owner = runtime === 'compose' ? null : undefined } = parsed.data
  return { state: { ...parsed.data, owner, folder, admin: (await readAdmin(folder)).admin } }
}

/**
 * Renames a damaged state file, so that a new one can be written.
 *
 * @returns the new name
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export function setStateAside(folder: string): Promise<string> {
  return setAside(join(folder, STATE_FILE))
}

/**
 * Writes an instance's state, completely or not at all, readable only by its owner.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function writeState(state: InstanceState): Promise<void> {
  const { admin: _admin, folder, ...volatile } = state
  await writePrivateJson(join(folder, STATE_FILE), volatile)
}

/**
 * Records that the server of an instance was stopped.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function writeStopped(state: InstanceState): Promise<void> {
  await writeState({ ...state, pid: undefined, processStart: undefined, startedAt: undefined })
}

/** Removes all files of an instance from the data folder. */
export async function removeInstance(data: string, instance: string): Promise<void> {
  await rm(instanceFolder(data, instance), { recursive: true, force: true })
}

/** Names of the instances that have a folder. */
export async function listInstances(data: string): Promise<readonly string[]> {
  const entries = await readdir(join(data, 'instances'), { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory() && !isLock(entry.name)).map((entry) => entry.name)
}

/** Names of the instances with a state. A folder without one may come from a failed `up`. */
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
