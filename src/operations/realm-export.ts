import { NO_REALM_OPTIONS, type RealmOptions } from '../config/realm-options.ts'
import type { Config } from '../config/schema.ts'
import { McpKeycloakError, throwIfInterrupted } from '../errors.ts'
import {
  blankRealm,
  type Cleaning,
  cleanItem,
  cleanRealm,
  completeOverlay,
  withoutOwnClients,
} from '../realm/clean.ts'
import { statedBy } from '../realm/comparable.ts'
import { driftBetween } from '../realm/drift.ts'
import type { Json } from '../realm/overlay.ts'
import { overlayOf } from '../realm/overlay-of.ts'
import type { Realm } from '../realm/schema.ts'
import { inOrderOf, withoutMasked } from '../realm/tidy.ts'
import type { OnStep } from '../runtime/runtime.ts'
import { realmWithOverlay } from './plan-realm.ts'
import { exportWarnings } from './realm-export-warnings.ts'
import { findServerRealm, planServerRealm, readActual, readMade, type ServerRealm } from './server-realm.ts'
import { writeRealmFile } from './write-realm-file.ts'

/** How to export. */
export interface RealmExportOptions {
  /** Only what differs from the realm that the file and the options make, for `--with`. */
  readonly overlay?: boolean
  /** Where to write it, if anywhere. */
  readonly output?: string | undefined
  readonly onStep?: OnStep
  readonly signal?: AbortSignal
}

/** A realm file or an overlay, made of a realm on a server. */
export interface RealmExportReport {
  readonly schemaVersion: 1
  readonly realm: Json
  /** Where it was written; `null` when it was not. */
  readonly output: string | null
  /** Settings that the file cannot say: in these the realm that is made from it is another one. */
  readonly missing: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * The realm that is on the server as a file that one would write by hand. What the server makes of that file is
 * compared with the realm in the end, so that what it cannot say is known.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `ADMIN_LOGIN_REFUSED`, `REALM_REFUSED`; `REALM_INVALID` with `overlay`,
 * when the realm's own file is gone
 */
export async function realmExport(
  config: Config,
  { overlay = false, output, onStep = () => {}, signal }: RealmExportOptions = {},
): Promise<RealmExportReport> {
  onStep('Reading the realm')
  const server = await findServerRealm(config)
  const { rendered, options } = await asApplied(config, server, overlay)
  const stated = statedBy(rendered)
  const [blank, actual] = await Promise.all([
    readMade(server, blankRealm(server.name), stated),
    readActual(server, stated),
  ])
  throwIfInterrupted(signal)
  const cleaning: Cleaning = { blank, rendered }
  const cleaned = cleanRealm(actual, cleaning)
  const base = overlay ? await readMade(server, rendered, stated) : undefined
  const { value, paths } = withoutMasked(base ? asOverlay(base, actual, cleaned, cleaning) : cleaned)
  const content = inOrderOf(value, rendered)
  throwIfInterrupted(signal)
  onStep('Applying what was exported, to compare it')
  const again = base
    ? await realmWithOverlay(server.name, options, { name: output ?? 'the exported one', content }).catch(
        refusal,
      )
    : (content as Realm)
  const made = again instanceof McpKeycloakError ? undefined : await readMade(server, again, stated)
  const missing = made ? driftBetween(actual, made).map(({ path }) => path) : []
  if (output !== undefined) await writeRealmFile(output, content)
  return {
    schemaVersion: 1,
    realm: content,
    output: output ?? null,
    missing,
    warnings: [
      ...exportWarnings(content, { masked: paths, missing }),
      ...(again instanceof McpKeycloakError
        ? [`${again.message} ${again.why} Export without --overlay.`]
        : []),
    ],
  }
}

/** The realm as it was applied. Without its file the export is as good, but for passwords and order. */
async function asApplied(
  config: Config,
  server: ServerRealm,
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

function asOverlay(base: Json, actual: Json, cleaned: Realm, cleaning: Cleaning): Json {
  const [before, after] = [base, actual].map((realm) => withoutOwnClients(realm, cleaning.blank))
  const { content } = overlayOf(before ?? {}, after ?? {}, (list, item) =>
    cleanItem(list, item, actual, cleaning),
  )
  return completeOverlay(content, cleaned, cleaning.rendered)
}

/** What somebody's files are to blame for. */
function refusal(error: unknown): McpKeycloakError {
  if (error instanceof McpKeycloakError && error.code === 'REALM_INVALID') return error
  throw error
}
