import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'
import { parseJson } from '../../config/files/parse-json.ts'
import { ephemeralFolder } from '../../config/folders.ts'
import { processStart } from '../java/process-start.ts'
import { readIfThere, writePrivateJson } from './private-file.ts'

const recordSchema = z.looseObject({
  schemaVersion: z.literal(1),
  /** Name of the instance and of its own data folder. */
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** The process that removes it. */
  pid: z.number().int().positive(),
  /** Start time of that process, to tell it from another process with the same pid. */
  processStart: z.string().optional(),
  /** URL of the external Keycloak that has the realm. */
  keycloakUrl: z.string().optional(),
  /** Name of that realm. */
  realm: z.string().optional(),
})

/** The record of an instance or a realm to remove after a command, and of the process that removes it. */
export type EphemeralRecord = Readonly<z.infer<typeof recordSchema>>

/**
 * Records, before anything starts, what this process must remove. The record is outside the folder that it describes, so
 * that no folder ever lacks an owner.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function writeEphemeralRecord(
  data: string,
  what: Pick<EphemeralRecord, 'name' | 'keycloakUrl' | 'realm'>,
): Promise<EphemeralRecord> {
  const startedAs = await processStart(process.pid)
  const record: EphemeralRecord = {
    schemaVersion: 1,
    ...what,
    pid: process.pid,
    ...(startedAs !== undefined && { processStart: startedAs }),
  }
  await writePrivateJson(recordFile(data, record.name), record)
  return record
}

/** Lists the records of processes that were killed before they removed their instances. */
export async function ownerlessRecords(data: string): Promise<readonly EphemeralRecord[]> {
  const files = await readdir(ephemeralFolder(data)).catch(() => [])
  const records = await Promise.all(
    files
      .filter((file) => file.endsWith('.json'))
      .map(async (file) =>
        recordSchema.safeParse(parseJson((await readIfThere(join(ephemeralFolder(data), file))) ?? '')),
      ),
  )
  const known = records.flatMap(({ data: record }) => (record ? [record] : []))
  const ownerless = await Promise.all(known.map(isOwnerGone))
  return known.filter((_, at) => ownerless[at])
}

/** Removes a record and all files of its instance. */
export async function removeEphemeralRecord(data: string, name: string): Promise<void> {
  await rm(ephemeralDataFolder(data, name), { recursive: true, force: true })
  await rm(recordFile(data, name), { force: true })
}

/** The data folder of an ephemeral instance, which no other instance uses. */
export function ephemeralDataFolder(data: string, name: string): string {
  return join(ephemeralFolder(data), name)
}

function recordFile(data: string, name: string): string {
  return join(ephemeralFolder(data), `${name}.json`)
}

async function isOwnerGone({ pid, processStart: startedAs }: EphemeralRecord): Promise<boolean> {
  const now = await processStart(pid)
  return now === undefined || (startedAs !== undefined && now !== startedAs)
}
