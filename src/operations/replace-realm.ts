import { shellWord } from '../config/shell-word.ts'
import { McpKeycloakError } from '../errors.ts'
import { createRealm, deleteRealm, type RealmRecord } from '../keycloak/realms.ts'
import { withTemporaryRealm } from '../keycloak/temporary-realm.ts'
import { withoutIds } from '../realm/comparable.ts'
import { realmName } from '../realm/realm-name.ts'
import type { Realm } from '../realm/schema.ts'
import type { FoundRealm } from './find-realm.ts'

/** A realm whole, with what it is to remember. */
interface Made {
  readonly realm: Realm
  readonly record: RealmRecord
}

/** A realm and the one that takes its place. */
export interface Replacement {
  readonly old: Made
  readonly wanted: Made
  /** The file that has the old one. */
  readonly backup: string
}

/**
 * Lets Keycloak make a realm under another name first, so that one that is there is not deleted for one that it refuses.
 *
 * @throws {McpKeycloakError} `REALM_REFUSED`
 */
export async function tryRealm({ admin, keycloak, name }: FoundRealm, realm: Realm): Promise<void> {
  const make = (temporary: string) => realmName(temporary)(withoutIds(realm))
  await withTemporaryRealm(admin, name, make, keycloak.lastLog, async () => {})
}

/**
 * Deletes a realm and makes another one in its place; puts the old one back when Keycloak refuses that.
 *
 * @throws {McpKeycloakError} `REALM_REFUSED`
 */
export async function replaceRealm(
  { admin, keycloak, name }: FoundRealm,
  { old, wanted, backup }: Replacement,
): Promise<void> {
  await deleteRealm(admin, name)
  try {
    await createRealm(admin, wanted.realm, wanted.record, keycloak.lastLog)
  } catch (error) {
    await createRealm(admin, old.realm, old.record, keycloak.lastLog).catch((cause: unknown) => {
      throw notPutBack(name, backup, error, cause)
    })
    throw error
  }
}

function notPutBack(name: string, backup: string, refusal: unknown, cause: unknown): McpKeycloakError {
  return new McpKeycloakError('REALM_REFUSED', {
    what: `The realm "${name}" could not be made anew, and the old one could not be put back.`,
    why: `${(refusal as Error).message}\n${(cause as Error).message}`,
    fix: `The old realm is in ${backup}: mcp-keycloak up --realm-file ${shellWord(backup)}`,
    cause,
  })
}
