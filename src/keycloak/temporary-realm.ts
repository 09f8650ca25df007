import { randomBytes } from 'node:crypto'

import type { Admin } from './admin.ts'
import { createRealm, type RealmFile, TEMPORARY_PREFIX } from './realms.ts'

/** Older ones belong to a program that was killed. */
const LEFT_BEHIND_MS = 600_000

/**
 * Makes a realm for as long as some work lasts. Its name is found nowhere else, so that it can be told in what is read.
 *
 * @param make the realm's file, under that name
 * @param lastLog the server's log
 * @throws {McpKeycloakError} `REALM_REFUSED`
 */
export async function withTemporaryRealm<Result>(
  admin: Admin,
  make: (name: string) => RealmFile,
  lastLog: (lines: number) => Promise<readonly string[]>,
  work: (name: string) => Promise<Result>,
): Promise<Result> {
  await removeLeftBehind(admin)
  const name = `${TEMPORARY_PREFIX}${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`
  try {
    await createRealm(admin, make(name), undefined, lastLog)
    return await work(name)
  } finally {
    await admin.realms.del({ realm: name }).catch(() => {}) // was refused, or is found by the next one
  }
}

async function removeLeftBehind(admin: Admin): Promise<void> {
  // Keycloak answers 500 to a listing while somebody else's realm is being deleted; the next one sweeps as well.
  const realms = await admin.realms.find({ briefRepresentation: true }).catch(() => [])
  const names = realms.flatMap(({ realm = '' }) => (isLeftBehind(realm) ? [realm] : []))
  await Promise.all(names.map((realm) => admin.realms.del({ realm }).catch(() => {})))
}

function isLeftBehind(realm: string): boolean {
  if (!realm.startsWith(TEMPORARY_PREFIX)) return false
  const madeAt = Number.parseInt(realm.slice(TEMPORARY_PREFIX.length), 36)
  return Date.now() - madeAt > LEFT_BEHIND_MS
}
