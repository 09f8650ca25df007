import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { readTextFile } from '../config/files/read-file.ts'
import type { Realm } from '../realm/schema.ts'
import { writePrivateFile } from '../runtime/state/private-file.ts'

/** The number of backups to keep per realm. Each has the secrets of its clients. */
const KEPT = 5

/**
 * Writes a realm to a file that only its owner can read, and removes the oldest backups of that realm.
 *
 * @param folder the folder of the realm's server
 * @param inUse the realm file, which may be a backup and stays
 * @returns the path
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function writeBackup(folder: string, realm: Realm, inUse?: string): Promise<string> {
  const now = new Date().toISOString().replaceAll(':', '-')
  const file = join(folder, 'backups', `${realm.realm}-${now}.json`)
  await writePrivateFile(file, `${JSON.stringify(realm, null, 2)}\n`)
  const old = (await backups(folder, realm.realm)).slice(KEPT).filter((backup) => backup !== inUse)
  await Promise.all(old.map((backup) => rm(backup, { force: true })))
  return file
}

/** The newest backup of a realm; `undefined` when there is none. */
export async function newestBackup(folder: string, realm: string): Promise<string | undefined> {
  return (await backups(folder, realm))[0]
}

/**
 * Reads the users' ids from backups, by user name.
 *
 * @param usernames users to look for
 */
export async function formerUserIds(
  folder: string,
  realm: string,
  usernames: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>()
  if (usernames.length === 0) return ids
  for (const file of await backups(folder, realm)) {
    const { users = [] } = await readTextFile(file).then(
      (text) => JSON.parse(text) as Realm,
      (): Partial<Realm> => ({}),
    )
    for (const { id, username } of users)
      if (typeof id === 'string' && usernames.includes(username) && !ids.has(username)) ids.set(username, id)
  }
  return ids
}

/** A realm's backups, the newest first. */
async function backups(folder: string, realm: string): Promise<readonly string[]> {
  const files = await readdir(join(folder, 'backups')).catch(() => [])
  return files
    .filter((file) => file.startsWith(`${realm}-`) && WRITTEN_AT.test(file.slice(realm.length)))
    .sort()
    .reverse()
    .map((file) => join(folder, 'backups', file))
}

/** The part of a backup's file name after the realm's name. */
const WRITTEN_AT = /^-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.json$/
