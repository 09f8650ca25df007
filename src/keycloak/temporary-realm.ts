import { randomBytes } from 'node:crypto'

import { McpKeycloakError } from '../errors.ts'
import type { Admin } from './admin.ts'
import { isGone, THIS_PROCESS } from './owner.ts'
import { createRealm, type RealmFile, TEMPORARY_PREFIX } from './realms.ts'

/** A kind of temporary realm. Its name has the kind and the creation time. */
export interface TemporaryKind {
  readonly prefix: string
  /** Age from which a temporary realm is left over. One whose process has ended is left over at any age. */
  readonly leftBehindMs: number
}

/** Realms that a command creates for a comparison, and removes. */
export const OF_A_COMMAND: TemporaryKind = { prefix: TEMPORARY_PREFIX, leftBehindMs: 600_000 }

/**
 * Creates a realm for the duration of some work. Its name is unique, so that it can be recognized in texts.
 *
 * @param realm the realm that it represents; a refusal names that realm
 * @param make builds the realm's file for a name
 * @param lastLog the server's log
 * @throws {McpKeycloakError} `REALM_REFUSED`
 */
export async function withTemporaryRealm<Result>(
  admin: Admin,
  realm: string,
  make: (name: string) => RealmFile,
  lastLog: (lines: number) => Promise<readonly string[]>,
  work: (name: string) => Promise<Result>,
): Promise<Result> {
  await removeLeftBehind(admin, OF_A_COMMAND)
  const name = `${temporaryName(OF_A_COMMAND)}-${THIS_PROCESS.host}-${THIS_PROCESS.pid}`
  try {
    await createRealm(admin, make(name), undefined, lastLog)
    return await work(name)
  } catch (error) {
    throw calledBy(realm, name, error)
  } finally {
    await admin.realms.del({ realm: name }).catch(() => {}) // was refused, or is found by the next one
  }
}

/** Replaces the temporary name in an error, because no user knows it. */
function calledBy(realm: string, name: string, error: unknown): unknown {
  if (!(error instanceof McpKeycloakError)) return error
  const told = (text: string) => text.replaceAll(name, () => realm).split('\n')
  const { code, message, why, fix, cause } = error
  return new McpKeycloakError(code, { what: told(message).join(' '), why: told(why), fix: told(fix), cause })
}

/**
 * The part of a name after the prefix: the creation time in milliseconds and a unique part. The temporary realm of a
 * command also has the process that uses it.
 */
const MADE_AT = /^([0-9a-z]{8})-[0-9a-f]{8}(?:-([0-9a-f]{6})-(\d+))?$/

/**
 * Creates a unique name with the creation time.
 *
 * @param madeAt milliseconds since 1970. Default: now
 */
export function temporaryName({ prefix }: TemporaryKind, madeAt = Date.now()): string {
  return `${prefix}${madeAt.toString(36)}-${randomBytes(4).toString('hex')}`
}

/**
 * Removes the realms of a kind whose processes were killed. Never fails: the next call tries again.
 *
 * @param kept a realm in use, which stays at any age
 * @returns the names of the removed realms
 */
export async function removeLeftBehind(
  admin: Admin,
  kind: TemporaryKind,
  kept?: string,
): Promise<readonly string[]> {
  // Keycloak answers 500 to a listing while another process deletes a realm.
  const realms = await admin.realms.find({ briefRepresentation: true }).catch(() => [])
  const names = realms.flatMap(({ realm = '' }) =>
    realm !== kept && isLeftBehind(realm, kind) ? [realm] : [],
  )
  await Promise.all(names.map((realm) => admin.realms.del({ realm }).catch(() => {})))
  return names
}

function isLeftBehind(realm: string, { prefix, leftBehindMs }: TemporaryKind): boolean {
  if (!realm.startsWith(prefix)) return false
  const [, madeAt, host, pid] = MADE_AT.exec(realm.slice(prefix.length)) ?? []
  if (madeAt === undefined) return false
  const ended = host !== undefined && isGone({ host, pid: Number(pid) })
  return ended || Date.now() - Number.parseInt(madeAt, 36) > leftBehindMs
}
