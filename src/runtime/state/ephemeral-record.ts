import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'
import { parseJson } from '../../config/files/parse-json.ts'
import { ephemeralFolder } from '../../config/folders.ts'
import { processStart } from '../java/process-start.ts'
import { readIfThere, writePrivateJson } from './private-file.ts'

const recordSchema = z.looseObject({
  schemaVersion: z.literal(1),
  /** Name of the instance, and of the data folder that it has for itself. */
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** The process that removes it. */
  pid: z.number().int().positive(),
  /** When that process started, so that another one with the same pid is not mistaken for it. */
  processStart: z.string().optional(),
  /** Of a realm on a Keycloak that somebody else runs: where it is. */
  keycloakUrl: z.string().optional(),
  /** The name of that realm. */
  realm: z.string().optional(),
})

/** What has to be removed after a command, and who does it. */
export type EphemeralRecord = Readonly<z.infer<typeof recordSchema>>

/**
 * Notes, before anything is started, what this process is to remove. The note is apart from the folder that it is
 * about, so that nobody ever sees a folder without an owner.
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

/** The notes of processes that were killed before they could remove what they had made. */
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

/** Removes the note and all that its instance left on the disk. */
export async function removeEphemeralRecord(data: string, name: string): Promise<void> {
  await rm(ephemeralDataFolder(data, name), { recursive: true, force: true })
  await rm(recordFile(data, name), { force: true })
}

/** The data folder of an ephemeral instance, which is its alone. */
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
