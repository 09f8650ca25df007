import type { Config } from '../config/schema.ts'
import type { Realm } from '../realm/schema.ts'
import { planRealm } from './plan-realm.ts'
import { writeRealmFile } from './write-realm-file.ts'

/** A realm as a file. */
export interface RealmFileReport {
  readonly schemaVersion: 1
  readonly realm: Realm
  /** Where it was written; `null` when it was not. */
  readonly output: string | null
  readonly warnings: readonly string[]
}

/**
 * The realm as `up` would apply it: file, overlays and options. Needs no server.
 *
 * @param output where to write it, if anywhere
 * @throws {McpKeycloakError} `REALM_INVALID`; `USAGE_INVALID` when the file cannot be written
 */
export async function realmRender(config: Config, output?: string): Promise<RealmFileReport> {
  const { realm } = await planRealm(config)
  if (output !== undefined) await writeRealmFile(output, realm)
  return { schemaVersion: 1, realm, output: output ?? null, warnings: [] }
}
