import { dirname, join } from 'node:path'

import { command } from '../config/command.ts'
import type { Admin } from '../keycloak/admin.ts'
import { realmNames } from '../keycloak/realms.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'
import { newestBackup } from './backup.ts'
import { hasKeptKey } from './signing-key-file.ts'

/** A realm that was on the server and no longer exists. */
export interface LostRealm {
  readonly realm: string
  /** Whether the database is new: no realm is left. */
  readonly database: boolean
  /** The newest backup; `undefined` when there is none. */
  readonly backup: string | undefined
}

/**
 * Describes a missing realm that was created here before: its signing key or a backup exists. Returns `undefined` for a
 * realm that was never here.
 *
 * @param realmFile the file for the new realm; a backup means that the user knows of the loss
 */
export async function lostRealm(
  admin: Admin,
  { folder }: RunningKeycloak,
  realm: string,
  realmFile: string | undefined,
): Promise<LostRealm | undefined> {
  if (realmFile !== undefined && dirname(realmFile) === join(folder, 'backups')) return undefined
  const [hasKey, backup] = await Promise.all([hasKeptKey(folder, realm), newestBackup(folder, realm)])
  if (!hasKey && backup === undefined) return undefined
  return { realm, database: (await realmNames(admin)).length === 0, backup }
}

/** Reports the loss, and names the command that restores the backup. */
export function toldLost({ realm, database, backup }: LostRealm, restored: boolean): string {
  const what = database
    ? `The database was lost: Keycloak had none of its realms any more, so the realm "${realm}" was`
    : `The realm "${realm}" was gone from the server, so it was`
  if (restored) return `${what} restored from ${backup}.`
  const loss = `${what} created again from its file. Self-registered clients and whatever else was added are lost.`
  return backup === undefined
    ? `${loss} There is no backup of it.`
    : `${loss} Its newest backup is ${backup}. To restore it: ${command('reset-realm', { realm, realmFile: backup })}`
}
