import { z } from 'zod'

import { NO_REALM_OPTIONS, type RealmOptions } from '../../config/realm-options.ts'
import type { Config } from '../../config/schema.ts'
import { McpKeycloakError, tellIfInterrupted, throwIfInterrupted } from '../../errors.ts'
import { findRealm } from '../../provisioning/find-realm.ts'
import type { LiveRealm } from '../../provisioning/live-realm.ts'
import { readMade } from '../../provisioning/made-realm.ts'
import { plannedRealmName, realmWithOverlay } from '../../provisioning/plan-realm.ts'
import { planServerRealm, readActual } from '../../provisioning/server-realm.ts'
import {
  blankRealm,
  type Cleaning,
  cleanItem,
  cleanRealm,
  completeOverlay,
  withoutOwnClients,
} from '../../realm/compare/clean.ts'
import { declaredIn, withoutUserIds } from '../../realm/compare/comparable.ts'
import { inOrderOf, withoutMasked } from '../../realm/compare/tidy.ts'
import { withDefaultRolesOf } from '../../realm/realm-name.ts'
import { renderRealm } from '../../realm/render.ts'
import type { Realm } from '../../realm/schema.ts'
import type { OnStep } from '../../runtime/runtime.ts'
import { completeExport } from './complete-export.ts'
import { exportWarnings } from './realm-export-warnings.ts'
import { writeRealmFile } from './write-realm-file.ts'

/** Options of {@link realmExport}. */
export interface RealmExportOptions {
  /** Export only the differences from the file and the options, for `--with`. */
  readonly overlay?: boolean
  /** Path of the file to write. Default: none. */
  readonly output?: string | undefined
  readonly onStep?: OnStep
  readonly signal?: AbortSignal
}

/** `realm export --json`: a realm file or an overlay, exported from a realm on a server. */
export const realmExportReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** In Keycloak's own format; an overlay has only the differences. */
  realm: z.record(z.string(), z.unknown()).readonly(),
  /** Path of the written file; `null` when none was written. */
  output: z.string().nullable(),
  /** Settings that the file cannot express: a realm created from it differs in them. */
  missing: z.array(z.string()).readonly(),
  warnings: z.array(z.string()).readonly(),
})

/** A realm file or an overlay, exported from a realm on a server. */
export type RealmExportReport = Readonly<z.infer<typeof realmExportReportSchema>>

/**
 * Exports the realm on the server as a file that a person would write. Then it creates a realm from that file and
 * compares both. The differences are the settings that the file cannot express.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`, `REALM_REFUSED`; `REALM_INVALID` with `overlay`,
 * when the realm's own file was removed
 */
export async function realmExport(
  config: Config,
  options: RealmExportOptions = {},
): Promise<RealmExportReport> {
  return tellIfInterrupted(
    options.signal,
    () => 'the realms that it had created to compare with are removed; no file was written.',
    () => exportRealmFile(config, options),
  )
}

async function exportRealmFile(
  config: Config,
  { overlay = false, output, onStep = () => {}, signal }: RealmExportOptions,
): Promise<RealmExportReport> {
  onStep('Reading the realm')
  const server = await findRealm(config)
  const { rendered, options } = await asApplied(config, server, overlay)
  const declared = declaredIn(rendered)
  const [blank, actual] = await Promise.all([
    readMade(server, blankRealm(server.name), declared, signal),
    readActual(server, declared, rendered),
  ])
  throwIfInterrupted(signal)
  // An overlay applies to the file before the realm gets its own name.
  const fileRealm = overlay
    ? await plannedRealmName({ ...config, realm: undefined, realmFile: options.realmFile }, server.files)
    : server.name
  const cleaning: Cleaning = { blank, rendered }
  onStep('Applying what was exported under another name, to compare it')
  const cleaned = withoutMasked(cleanRealm(actual, cleaning))
  const found = await completeExport(overlay ? {} : cleaned.value, {
    wanted: withoutUserIds(actual),
    realmOf: overlay
      ? (content) =>
          realmWithOverlay(
            server.name,
            options,
            { name: output ?? 'the exported one', content },
            server.files,
          )
      : async (content) => renderRealm(content as Realm, { ...NO_REALM_OPTIONS, realm: server.name }),
    make: async (realm) => withoutUserIds(await readMade(server, realm, declared, signal)),
    write: (list, item) => cleanItem(list, item, actual, cleaning),
    nameable: (realm) => withoutOwnClients(realm, blank),
    complete: (content) =>
      overlay
        ? withDefaultRolesOf(
            completeOverlay(content, cleaned.value as Realm, rendered),
            server.name,
            fileRealm,
          )
        : content,
    signal,
  })
  const content = inOrderOf(found.content, rendered)
  const masked = cleaned.paths.filter((path) => found.missing.includes(path))
  const missing = found.missing.filter((path) => !masked.includes(path))
  throwIfInterrupted(signal)
  if (output !== undefined) await writeRealmFile(output, content)
  return {
    schemaVersion: 1,
    realm: content,
    output: output ?? null,
    missing: found.missing,
    warnings: exportWarnings(content, { overlay, masked, missing, problem: found.problem }),
  }
}

/** Renders the applied realm. Without its file, an export lacks only passwords and order. */
async function asApplied(
  config: Config,
  server: LiveRealm,
  needed: boolean,
): Promise<{ readonly rendered: Realm; readonly options: RealmOptions }> {
  try {
    const { realm, options } = await planServerRealm(config, server)
    return { rendered: realm, options }
  } catch (error) {
    if (needed) throw error
    refusal(error)
    return { rendered: { realm: server.name }, options: NO_REALM_OPTIONS }
  }
}

/** Returns an error that the user's files caused; throws any other. */
function refusal(error: unknown): McpKeycloakError {
  if (error instanceof McpKeycloakError && error.code === 'REALM_INVALID') return error
  throw error
}
