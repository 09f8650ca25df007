import { randomUUID } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { parseJson } from '../../config/files/parse-json.ts'
import { faultOfJson, readOrDamage, writePrivateJson } from './private-file.ts'

/** The description of a snapshot. */
export const snapshotSchema = z
  .strictObject({
    name: z.string(),
    /** Keycloak's version, which wrote the database. */
    version: z.string(),
    /** ISO 8601. */
    createdAt: z.iso.datetime(),
    /** Size of the database. */
    bytes: z.number(),
    /** The realms that mcp-keycloak created. */
    realms: z.array(z.string()).readonly(),
  })
  .readonly()

/** The description of a snapshot. */
export type Snapshot = z.infer<typeof snapshotSchema>

const recordSchema = snapshotSchema.unwrap().extend({
  schemaVersion: z.literal(1),
  /** Server features that the database may need. */
  features: z.array(z.string()).readonly(),
  /** Name of the folder with the files. */
  folder: z.uuid(),
})

/** A snapshot, and where its files are. */
export type SnapshotRecord = Readonly<z.infer<typeof recordSchema>>

/** The snapshots of an instance. */
export interface Snapshots {
  /** The newest first. */
  readonly snapshots: readonly SnapshotRecord[]
  /** Descriptions of the snapshots whose record is unreadable. */
  readonly damaged: readonly string[]
}

/** Reads the snapshots of an instance. */
export async function readSnapshots(instanceFolder: string): Promise<Snapshots> {
  const place = snapshotsFolder(instanceFolder)
  const names = (await readdir(place).catch(() => [])).filter((name) => name.endsWith('.json'))
  const readings = await Promise.all(names.map((name) => readRecord(join(place, name))))
  return {
    snapshots: readings
      .flatMap((one) => (typeof one === 'string' ? [] : one))
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
    damaged: readings.filter((one) => typeof one === 'string'),
  }
}

async function readRecord(file: string): Promise<SnapshotRecord | string> {
  const { text = '', damage } = await readOrDamage(file)
  const parsed = recordSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  return `The record of a snapshot is damaged: ${file}: ${damage ?? faultOfJson(text, parsed.error)}.`
}

/** A new name for a folder of files. Without a record, the next {@link removeUnlisted} removes it. */
export function newSnapshotFolder(): string {
  return randomUUID()
}

/**
 * Writes the record of a complete snapshot. Before that, the snapshot does not exist, or is the previous one of that name.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`, `DISK_FULL`
 */
export async function writeSnapshot(
  instanceFolder: string,
  record: Omit<SnapshotRecord, 'schemaVersion'>,
): Promise<void> {
  await writePrivateJson(recordPath(instanceFolder, record.name), { schemaVersion: 1, ...record })
  await removeUnlisted(instanceFolder)
}

/** Removes a snapshot. */
export async function removeSnapshot(instanceFolder: string, { name }: Snapshot): Promise<void> {
  await rm(recordPath(instanceFolder, name), { force: true })
  await removeUnlisted(instanceFolder)
}

/** Removes the files of interrupted commands and of replaced snapshots. A damaged record keeps all files. */
export async function removeUnlisted(instanceFolder: string): Promise<void> {
  const place = snapshotsFolder(instanceFolder)
  const { snapshots, damaged } = await readSnapshots(instanceFolder)
  if (damaged.length > 0) return
  const listed = snapshots.map(({ folder }) => folder)
  const entries = await readdir(place, { withFileTypes: true }).catch(() => [])
  for (const entry of entries)
    if (entry.isDirectory() && !listed.includes(entry.name))
      await rm(join(place, entry.name), { recursive: true, force: true })
}

/** The folder of an instance's snapshots. */
export function snapshotsFolder(instanceFolder: string): string {
  return join(instanceFolder, 'snapshots')
}

function recordPath(instanceFolder: string, name: string): string {
  return join(snapshotsFolder(instanceFolder), `${name}.json`)
}
