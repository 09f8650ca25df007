import { z } from 'zod'

import type { Config } from '../../config/schema.ts'
import { planRealm } from '../../provisioning/plan-realm.ts'
import { realmSchema } from '../../realm/schema.ts'
import { writeRealmFile } from './write-realm-file.ts'

/** `realm render --json`: a realm as a file. */
export const realmFileReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** In Keycloak's own format. Without `--json`, `realm render` prints only this. */
  realm: realmSchema,
  /** Path of the written file; `null` when none was written. */
  output: z.string().nullable(),
  warnings: z.array(z.string()).readonly(),
})

/** A realm as a file. */
export type RealmFileReport = Readonly<z.infer<typeof realmFileReportSchema>>

/**
 * Renders the realm that `up` would apply, from file, overlays and options. Needs no server.
 *
 * @param output path of the file to write. Default: none
 * @throws {McpKeycloakError} `REALM_INVALID`; `USAGE_INVALID` when the file cannot be written
 */
export async function realmRender(config: Config, output?: string): Promise<RealmFileReport> {
  const { realm, warnings } = await planRealm(config)
  if (output !== undefined) await writeRealmFile(output, realm)
  return { schemaVersion: 1, realm, output: output ?? null, warnings }
}
