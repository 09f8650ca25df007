import { join } from 'node:path'

import { exportRealm } from '../keycloak/export-realm.ts'
import type { Kept } from '../keycloak/kept.ts'
import type { RealmRecord } from '../keycloak/realms.ts'
import { type Keepsakes, keep } from '../realm/keep.ts'
import type { Realm } from '../realm/schema.ts'
import { signingKey } from '../realm/signing-key.ts'
import { writePrivateFile } from '../runtime/private-file.ts'
import type { FoundRealm } from './find-realm.ts'
import { rememberedOrReason } from './plan-realm.ts'
import { signingKeyFile } from './signing-key-file.ts'

/** A realm as it can be made again, before it is deleted. */
export interface OldRealm {
  readonly realm: Realm
  /** Its file is gone: it is as the server has it, without the passwords of its users. */
  readonly incomplete: boolean
}

/** The realm as it was rendered, with all that it has gained since. */
export async function oldRealm(
  { keycloak, admin, name }: FoundRealm,
  record: RealmRecord,
  kept: Kept,
): Promise<OldRealm> {
  const plan = await rememberedOrReason(name, record)
  const sign = signingKey(await signingKeyFile(keycloak.folder, name))
  if ('realm' in plan) return { realm: sign(keep(keepsakes(kept))(plan.realm)), incomplete: false }
  return { realm: sign((await exportRealm(admin, name)) as Realm), incomplete: true }
}

/** What a new realm takes over from what was kept of the old one. */
export function keepsakes({ registered, others, consents }: Kept): Keepsakes {
  const secrets = others.flatMap(({ clientId, secret }) =>
    clientId && secret ? [[clientId, secret] as const] : [],
  )
  return { registered, secrets: new Map(secrets), consents }
}

/**
 * Writes a realm to a file of its owner alone.
 *
 * @returns the path
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function writeBackup(folder: string, realm: Realm): Promise<string> {
  const now = new Date().toISOString().replaceAll(':', '-')
  const file = join(folder, 'backups', `${realm.realm}-${now}.json`)
  await writePrivateFile(file, `${JSON.stringify(realm, null, 2)}\n`)
  return file
}
