import { z } from 'zod'

import { command } from '../../config/command.ts'
import type { RealmOptions } from '../../config/realm-options.ts'
import { resetCommand } from '../../config/reset-command.ts'
import { McpKeycloakError } from '../../errors.ts'
import { BASE_REALM_FILE } from '../../realm/load.ts'
import { type MetNeeds, meetNeeds, NEEDS, unmetNeeds } from '../../realm/needs/all.ts'
import type { NeedSources, UnmetNeed } from '../../realm/needs/need.ts'
import { applyOverlays } from '../../realm/overlay.ts'
import { mcpUrls } from '../../realm/patches/audience.ts'
import type { RealmFiles } from '../../realm/realm-files.ts'
import type { Realm } from '../../realm/schema.ts'
import type { LiveRealm } from '../live-realm.ts'

/** One need of MCP clients and servers that a realm does not meet, or did not meet. */
const unmetNeedSchema = z.strictObject({
  /** Stable name: `audience`. */
  name: z.string(),
  /** Name for people: `Audience`. */
  title: z.string(),
  severity: z.enum(['required', 'advised']),
  reason: z.string(),
  url: z.string(),
  /** The missing parts, a clause each. */
  lacking: z.array(z.string()).readonly(),
  /** The stricter setting in the way; `null` when there is none. */
  loosens: z.string().nullable(),
  /** The next step of a person; `null` when `--with mcp` meets the need. */
  advice: z.string().nullable(),
})

/** The needs of MCP clients and servers, for one realm. */
export const needsReportSchema = z.strictObject({
  /** The number of all needs. */
  count: z.number(),
  /** Met by an addition to the realm. */
  met: z.array(unmetNeedSchema).readonly(),
  unmet: z.array(unmetNeedSchema).readonly(),
  /** The command that meets what it can; `null` when it can meet nothing more. */
  fix: z.string().nullable(),
})

/** The needs of MCP clients and servers, for one realm. */
export type NeedsReport = Readonly<z.infer<typeof needsReportSchema>>

/** The overlay that adds what MCP needs. */
const ADD = 'mcp'

/** The overlay that also loosens the stricter settings that are in the way. */
const LOOSEN = 'mcp-loosen'

/** A question to the user: whether to add what a realm lacks, or also to loosen its stricter settings. */
export type AskNeeds = (question: 'add' | 'loosen', needs: NeedsReport) => Promise<boolean>

/** A rendered realm with its additions for MCP. */
export interface CompletedRealm {
  readonly realm: Realm
  readonly options: RealmOptions
  /** The needs of MCP that an addition has met. */
  readonly met: readonly UnmetNeed[]
}

/** Returns the change that adds what MCP needs; `undefined` for options that do not ask for it. */
export async function additions(
  { with: overlays, mcpUrl }: RealmOptions,
  files: RealmFiles,
): Promise<((realm: Realm) => MetNeeds) | undefined> {
  const loosen = overlays.includes(LOOSEN)
  if (!loosen && !overlays.includes(ADD)) return undefined
  const sources = await needSources(files, mcpUrl)
  return (realm) => meetNeeds(realm, sourcesFor(realm, sources), loosen)
}

/** Reports the needs of a planned realm. */
export async function plannedNeeds(
  { realm, options, met }: CompletedRealm,
  files: RealmFiles,
): Promise<NeedsReport> {
  return needsReport(realm, options, await needSources(files, options.mcpUrl), met)
}

function needsReport(
  realm: Realm,
  options: RealmOptions,
  sources: NeedSources,
  met: readonly UnmetNeed[] = [],
): NeedsReport {
  const unmet = unmetNeeds(realm, sourcesFor(realm, sources))
  const overlay = nextOverlay(options, unmet)
  const fix = overlay === undefined ? null : resetCommand(options, { with: [overlay] })
  return { count: NEEDS.length, met, unmet, fix }
}

/** Reports the needs of a realm on a server. */
export async function liveNeeds(live: NeedyRealm, options: RealmOptions): Promise<NeedsReport> {
  return needsReport((await live.exported()) as Realm, options, await liveSources(live, options.mcpUrl))
}

/** A realm on a server whose needs are asked for. */
type NeedyRealm = Pick<LiveRealm, 'exported' | 'files' | 'keycloak'>

/** Reads the files that changes of a realm on a server take their definitions from. */
export async function liveSources(
  { exported, files, keycloak }: NeedyRealm,
  wanted: readonly string[],
): Promise<NeedSources> {
  const [realm, sources] = await Promise.all([exported(), needSources(files, wanted)])
  return sourcesFor(realm as Realm, {
    ...sources,
    isLive: true,
    isHttps: keycloak.url.startsWith('https:'),
  })
}

/** Returns the next overlay that meets needs of a planned realm and that the user approves; `undefined` for none. */
export async function askedOverlay(
  plan: CompletedRealm,
  files: RealmFiles,
  ask: AskNeeds,
): Promise<string | undefined> {
  const needs = await plannedNeeds(plan, files)
  const overlay = nextOverlay(plan.options, needs.unmet)
  return overlay !== undefined && (await ask(overlay === ADD ? 'add' : 'loosen', needs)) ? overlay : undefined
}

/** The overlay that meets required needs which the present overlays leave unmet. */
function nextOverlay(
  { with: overlays }: Pick<RealmOptions, 'with'>,
  unmet: readonly UnmetNeed[],
): string | undefined {
  const open = unmet.filter(({ severity, advice }) => severity === 'required' && advice === null)
  if (open.length === 0 || overlays.includes(LOOSEN)) return undefined
  return overlays.includes(ADD) ? LOOSEN : ADD
}

/** Reads the files that changes take their definitions from. */
export async function needSources(files: RealmFiles, wanted: readonly string[]): Promise<NeedSources> {
  const [standard, defaults] = await Promise.all([files.realm(BASE_REALM_FILE), files.defaults()])
  const serviceAccounts = applyOverlays(standard, [await files.overlay('service-account', standard.realm)])
  return { standard, serviceAccounts, defaults, mcpUrls: wanted, isLive: false, isHttps: false }
}

/** Without an option, the MCP URLs are those of the realm, else that of the built-in realm. */
export function sourcesFor(realm: Realm, sources: NeedSources): NeedSources {
  const [given, own, builtIn] = [sources.mcpUrls, mcpUrls(realm), mcpUrls(sources.standard)]
  return { ...sources, mcpUrls: [given, own, builtIn].find((urls) => urls.length > 0) ?? [] }
}

/** Adds to the error of a login test the required needs that the realm does not meet, and how to go on without a login. */
export function withNeeds(error: unknown, { unmet, fix: additions }: NeedsReport): unknown {
  if (!(error instanceof McpKeycloakError)) return error
  const { code, message: what, why, fix, cause } = error
  const required = unmet.filter(({ severity }) => severity === 'required')
  const lacking = required.map((need) => `${need.title}: ${need.lacking.join('; ')}.`)
  const without = `The realm is on the server. Without this test: ${command('up', { proof: false })}`
  return new McpKeycloakError(code, {
    what,
    why: [...why.split('\n'), ...(lacking.length > 0 ? ['The realm lacks what MCP needs.', ...lacking] : [])],
    fix: [
      ...(lacking.length > 0 ? (additions ?? fix) : fix).split('\n'),
      ...(code === 'LOGIN_REFUSED' ? [without] : []),
    ],
    cause,
  })
}
