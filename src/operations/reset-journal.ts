import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { realmSchema } from '../realm/schema.ts'
import { readIfThere, writePrivateJson } from '../runtime/private-file.ts'

const madeSchema = z.object({
  realm: realmSchema,
  record: z.object({ hash: z.string(), options: z.string() }),
})

const journalSchema = z.object({
  /** When the reset began, ISO 8601. */
  at: z.string(),
  /** The realm that takes the old one's place, with all that it takes over, and its keys. */
  wanted: madeSchema,
  /** The old realm, for when Keycloak refuses the new one. */
  old: madeSchema,
  /** The file that has the old realm for people. */
  backup: z.string(),
  /** PKCS#8 PEM that the wanted realm signs with. */
  key: z.string(),
})

/** A realm that is being deleted and created again: what it takes to go on where that was interrupted. */
export type ResetJournal = Readonly<z.infer<typeof journalSchema>>

/**
 * The journal of a realm that is being created again; `undefined` when there is none.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function readJournal(folder: string, realm: string): Promise<ResetJournal | undefined> {
  const text = await readIfThere(journalPath(folder, realm))
  try {
    return text === undefined ? undefined : journalSchema.parse(JSON.parse(text))
  } catch {
    await setAsideJournal(folder, realm) // it was written whole or not at all: somebody has edited it
    return undefined
  }
}

/**
 * Writes the journal: from now on the realm can be deleted.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`, `DISK_FULL`
 */
export async function writeJournal(folder: string, realm: string, journal: ResetJournal): Promise<void> {
  await writePrivateJson(journalPath(folder, realm), journal)
}

/** Removes the journal of a realm that is there. */
export async function removeJournal(folder: string, realm: string): Promise<void> {
  await rm(journalPath(folder, realm), { force: true })
}

/** Keeps a journal that cannot be replayed out of the way of the next command. */
export async function setAsideJournal(folder: string, realm: string): Promise<void> {
  const path = journalPath(folder, realm)
  await rename(path, path.replace(/\.json$/, '.refused.json'))
}

function journalPath(folder: string, realm: string): string {
  return join(folder, 'resets', `${encodeURIComponent(realm)}.json`)
}
