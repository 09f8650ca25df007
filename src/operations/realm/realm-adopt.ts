import { z } from 'zod'

import { command } from '../../config/command.ts'
import type { Config } from '../../config/schema.ts'
import { McpKeycloakError, tellIfInterrupted } from '../../errors.ts'
import { findRealm } from '../../provisioning/find-realm.ts'
import {
  liveSources,
  type NeedsReport,
  needSources,
  needsReportSchema,
  sourcesFor,
} from '../../provisioning/needs/needs.ts'
import { plannedRealmName } from '../../provisioning/plan-realm.ts'
import { kcadmScript } from '../../realm/adopt/kcadm.ts'
import { additionOverlay } from '../../realm/adopt/overlay.ts'
import { meetNeeds, NEEDS, needSteps, unmetNeeds } from '../../realm/needs/all.ts'
import type { NeedSources } from '../../realm/needs/need.ts'
import { applyOverlays } from '../../realm/overlay.ts'
import { mcpUrls } from '../../realm/patches/audience.ts'
import { realmFiles } from '../../realm/realm-files.ts'
import { realmName } from '../../realm/realm-name.ts'
import type { Realm } from '../../realm/schema.ts'
import type { OnStep } from '../../runtime/runtime.ts'
import { realmExport } from './realm-export.ts'
import { writeText } from './write-realm-file.ts'

/** The forms in which additions can be handed over. */
const ADOPT_FORMATS = ['overlay', 'realm', 'kcadm', 'kubernetes'] as const

/** Options of {@link realmAdopt}. */
export interface RealmAdoptOptions {
  /** Default: `overlay`. */
  readonly format?: (typeof ADOPT_FORMATS)[number]
  /** Path of the file to write. Default: none. */
  readonly output?: string | undefined
  /** Asks whether to loosen stricter settings that are in the way. Default: they stay. */
  readonly loosen?: (needs: NeedsReport) => Promise<boolean>
  readonly onStep?: OnStep
  readonly signal?: AbortSignal
}

/** `realm adopt --json`: the additions to a realm, as something to hand over. */
export const realmAdoptReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Name of the realm. */
  realm: z.string(),
  format: z.enum(ADOPT_FORMATS),
  /** The text of the file. Without `--json`, `realm adopt` prints only this. */
  content: z.string(),
  /** Path of the written file; `null` when none was written. */
  output: z.string().nullable(),
  /** `met`: the needs that the file meets. `unmet`: those that it leaves. */
  needs: needsReportSchema,
  warnings: z.array(z.string()).readonly(),
})

/** The additions to a realm, as something to hand over. */
export type RealmAdoptReport = Readonly<z.infer<typeof realmAdoptReportSchema>>

/** A realm of a file or of a server. */
interface Adopted {
  readonly realm: Realm
  readonly sources: NeedSources
  readonly warnings: readonly string[]
}

/**
 * Computes what a realm lacks for MCP, and writes it in a form that its administrator can apply. Changes no server. A realm
 * file needs none; without one, the realm is read from the running server.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`; `USAGE_INVALID` for a patch without a realm file, and when the file cannot be
 * written; `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`
 */
export async function realmAdopt(config: Config, options: RealmAdoptOptions = {}): Promise<RealmAdoptReport> {
  const { format = 'overlay', output, loosen, onStep = () => {}, signal } = options
  onStep('Reading the realm')
  const { realm, sources, warnings } = await tellIfInterrupted(
    signal,
    () => 'no file was written.',
    () => adopted(config, options),
  )
  const left = unmetNeeds(meetNeeds(realm, sources, false).realm, sources)
  const blocked = left.some(({ severity, loosens }) => severity === 'required' && loosens !== null)
  const report = (met: NeedsReport['met'], unmet: NeedsReport['unmet']) => ({
    count: NEEDS.length,
    met,
    unmet,
    fix: null,
  })
  const isLoosened = blocked && ((await loosen?.(report([], left))) ?? false)
  const steps = needSteps(realm, sources, isLoosened)
  const after = steps.at(-1)?.after ?? realm
  const { text, result } = await written(format, { realm, after, steps, isLive: sources.isLive })
  const unmet = unmetNeeds(result, sources)
  const names = new Set(unmet.map(({ name }) => name))
  if (output !== undefined) await writeText(output, text)
  return {
    schemaVersion: 1,
    realm: realm.realm,
    format,
    content: text,
    output: output ?? null,
    needs: report(
      steps.map(({ need }) => need).filter(({ name }) => !names.has(name)),
      unmet,
    ),
    warnings: [
      ...warnings,
      ...(sources.mcpUrls.length > 0 && isAssumed(config, realm) ? [assumed(sources)] : []),
    ],
  }
}

async function adopted(config: Config, { format, signal }: RealmAdoptOptions): Promise<Adopted> {
  const files = realmFiles()
  const { realmFile, realm: name, mcpUrl } = config
  // `up` applies the other formats to a local Keycloak.
  const isHttps = format === 'kcadm' || format === 'kubernetes'
  const ofFile = async (realm: Realm) => ({
    ...sourcesFor(realm, await needSources(files, mcpUrl)),
    isHttps,
  })
  if (realmFile !== undefined) {
    const file = await files.realm(realmFile, name)
    // Only the script names the realm; the others change the file.
    const realm = format === 'kcadm' ? realmName(await plannedRealmName(config, files))(file) : file
    return { realm, sources: await ofFile(realm), warnings: [] }
  }
  if (format === 'kubernetes') throw needsFile()
  if (format === 'realm') {
    const exported = await realmExport(config, signal ? { signal } : {})
    const realm = exported.realm as Realm
    return { realm, sources: await ofFile(realm), warnings: exported.warnings }
  }
  const live = await findRealm(config)
  return {
    realm: (await live.exported()) as unknown as Realm,
    sources: await liveSources(live, mcpUrl),
    warnings: [],
  }
}

/** A realm before and after the additions. */
interface Change {
  readonly realm: Realm
  readonly after: Realm
  readonly steps: ReturnType<typeof needSteps>
  readonly isLive: boolean
}

/** @returns the text of the file, and the realm that it leads to */
async function written(
  format: RealmAdoptReport['format'],
  { realm, after, steps, isLive }: Change,
): Promise<{ readonly text: string; readonly result: Realm }> {
  if (format === 'kcadm') return { text: kcadmScript(realm.realm, steps), result: after }
  if (format === 'realm') return { text: json(after), result: after }
  if (format === 'overlay') {
    const content = additionOverlay(realm, after, isLive)
    return { text: json(content), result: applyOverlays(realm, [{ name: 'mcp', content }]) }
  }
  const { realmImportPatch } = await import('../../realm/adopt/kubernetes.ts') // only this format needs YAML
  return { text: realmImportPatch(realm, steps), result: after }
}

function json(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`
}

/** Whether the MCP URL is neither an option nor a part of the realm. */
function isAssumed({ mcpUrl }: Config, realm: Realm): boolean {
  return mcpUrl.length === 0 && mcpUrls(realm).length === 0
}

function assumed({ mcpUrls: [url = ''] }: NeedSources): string {
  return `The tokens are for ${url}, because no MCP URL was given. Name that of your server: --mcp-url <url>`
}

function needsFile(): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'A patch for Kubernetes needs a realm file.',
    why: 'It names places in the KeycloakRealmImport, which a running realm does not show.',
    fix: `Save the resource as YAML, then: ${command('realm adopt', { realmFile: '<file>', format: 'kubernetes' })}`,
  })
}
