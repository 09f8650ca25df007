import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { ownerSchema } from '../keycloak/owner.ts'
import { realmSchema } from '../realm/schema.ts'
import { readIfThere, writePrivateJson } from '../runtime/state/private-file.ts'

const madeSchema = z.object({
  realm: realmSchema,
  record: z.object({ hash: z.string(), options: z.string() }),
})

const journalSchema = z.object({
  /** Start time of the reset, ISO 8601. */
  at: z.string(),
  /** The new realm, with its keys and everything that it takes over. */
  wanted: madeSchema,
  /** The old realm, restored when Keycloak refuses the new one. */
  old: madeSchema,
  /** The backup file of the old realm. */
  backup: z.string(),
  /** The wanted realm's signing key, as PKCS#8 PEM. */
  key: z.string(),
  /** The process that wrote it. */
  by: ownerSchema,
})

/** Everything needed to finish an interrupted recreation of a realm. */
export type ResetJournal = Readonly<z.infer<typeof journalSchema>>

/**
 * Reads the journal of a realm's recreation; `undefined` when there is none.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function readJournal(folder: string, realm: string): Promise<ResetJournal | undefined> {
  const text = await readIfThere(journalPath(folder, realm))
  try {
    return text === undefined ? undefined : journalSchema.parse(JSON.parse(text))
  } catch {
    await setAsideJournal(folder, realm) // journals are written atomically, so a person has edited this one
    return undefined
  }
}

/**
 * Writes the journal. After that it is safe to delete the realm.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`, `DISK_FULL`
 */
export async function writeJournal(folder: string, realm: string, journal: ResetJournal): Promise<void> {
  await writePrivateJson(journalPath(folder, realm), journal)
}

/** Removes the journal of an existing realm. */
export async function removeJournal(folder: string, realm: string): Promise<void> {
  await rm(journalPath(folder, realm), { force: true })
}

/** Renames a journal that cannot be replayed, so that the next command ignores it. */
export async function setAsideJournal(folder: string, realm: string): Promise<void> {
  const path = journalPath(folder, realm)
  await rename(path, path.replace(/\.json$/, '.refused.json'))
}

function journalPath(folder: string, realm: string): string {
  return join(folder, 'resets', `${encodeURIComponent(realm)}.json`)
}
