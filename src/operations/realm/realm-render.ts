import { z } from 'zod'

import type { Config } from '../../config/schema.ts'
import { planRealm } from '../../provisioning/plan-realm.ts'
import { realmSchema } from '../../realm/schema.ts'
import { writeRealmFile } from './write-realm-file.ts'

/** `realm render --json`: a realm as a file. */
export const realmFileReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** In Keycloak's own format: what `realm render` prints alone without `--json`. */
  realm: realmSchema,
  /** Where it was written; `null` when it was not. */
  output: z.string().nullable(),
  warnings: z.array(z.string()).readonly(),
})

/** A realm as a file. */
export type RealmFileReport = Readonly<z.infer<typeof realmFileReportSchema>>

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
