import { command } from '../config/command.ts'
import { McpKeycloakError } from '../errors.ts'
import { createRealm, deleteRealm } from '../keycloak/realms.ts'
import { withValues } from '../realm/placeholders.ts'
import type { RealmPlace } from './live-realm.ts'
import { type ResetJournal, removeJournal } from './reset-journal.ts'
import { writeSigningKey } from './signing-key-file.ts'

/**
 * Deletes a realm and creates the one in the journal. Restores the old realm when Keycloak refuses the new one. The
 * journal is removed at the end: a command that finds one calls this function again.
 *
 * @throws {McpKeycloakError} `REALM_REFUSED`
 */
export async function replaceRealm(
  { admin, keycloak, name }: RealmPlace,
  { wanted, old, backup, key }: ResetJournal,
): Promise<void> {
  const { folder, lastLog } = keycloak
  await deleteRealm(admin, name)
  try {
    await createRealm(admin, withValues(wanted.realm, wanted.realm), wanted.record, lastLog)
  } catch (error) {
    // A full disk or a stopped server says nothing about the realm: the journal stays for the next command.
    if (!isRefusal(error)) throw error
    await createRealm(admin, withValues(old.realm, old.realm), old.record, lastLog).catch(
      (cause: unknown) => {
        throw isRefusal(cause) ? notPutBack(name, backup, error, cause) : cause
      },
    )
    await removeJournal(folder, name)
    throw error
  }
  await writeSigningKey(folder, name, key)
  await removeJournal(folder, name)
}

function isRefusal(error: unknown): boolean {
  return error instanceof McpKeycloakError && error.code === 'REALM_REFUSED'
}

function notPutBack(name: string, backup: string, refusal: unknown, cause: unknown): McpKeycloakError {
  return new McpKeycloakError('REALM_REFUSED', {
    what: `The realm "${name}" could not be recreated, and the old one could not be put back.`,
    why: [(refusal as Error).message, (cause as Error).message],
    fix: `The old realm is in ${backup}: ${command('up', { realmFile: backup })}`,
    cause,
  })
}
