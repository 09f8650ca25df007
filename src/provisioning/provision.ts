import { z } from 'zod'
import { command } from '../config/command.ts'
import { realmEndpoints, realmEndpointsSchema } from '../config/endpoints.ts'
import { NO_REALM_OPTIONS, type RealmOptions } from '../config/realm-options.ts'
import type { Config } from '../config/schema.ts'
import { supportedOverlays } from '../config/server.ts'
import { assertSupportedVersion } from '../config/versions.ts'
import { throwIfInterrupted } from '../errors.ts'
import { adminLogin } from '../keycloak/admin.ts'
import { adminWhenReady } from '../keycloak/admin-when-ready.ts'
import { clientRemover } from '../keycloak/clients/registered-clients.ts'
import { createInitialAccessToken } from '../keycloak/initial-access-token.ts'
import { waitUntilReady } from '../keycloak/readiness.ts'
import { createRealm } from '../keycloak/realms.ts'
import { mcpUrls } from '../realm/patches/audience.ts'
import { needsInitialAccessToken } from '../realm/patches/registration-policies.ts'
import { publicScopes } from '../realm/patches/scopes.ts'
import { signingKey } from '../realm/patches/signing-key.ts'
import { testUserSchema, testUsers } from '../realm/patches/users.ts'
import { withValues } from '../realm/placeholders.ts'
import { type RealmFiles, realmFiles } from '../realm/realm-files.ts'
import type { Realm } from '../realm/schema.ts'
import type { OnStep, RunningKeycloak } from '../runtime/runtime.ts'
import { diagnosed } from './diagnosed.ts'
import { finishRealm } from './finish-realm.ts'
import { type LiveServer, liveRealm, liveServer, type MaybeRealm, type RealmPlace } from './live-realm.ts'
import { type LostRealm, lostRealm, toldLost } from './lost-realm.ts'
import {
  type AskNeeds,
  askedOverlay,
  liveNeeds,
  type NeedsReport,
  needsReportSchema,
  plannedNeeds,
  withNeeds,
} from './needs/needs.ts'
import { plannedRealmName, planRealm, type RealmPlan, rememberedOrReason } from './plan-realm.ts'
import { proofReportSchema, prove, unprovable } from './prove.ts'
import { realmDifference, realmDifferenceSchema } from './realm-difference.ts'
import { withPlace } from './refused-realm.ts'
import { featureWarnings, slashWarnings, versionWarnings } from './server-warnings.ts'
import { withSigningKey } from './signing-key-file.ts'

/** The state of a realm after it was applied and tested. */
export const provisionReportSchema = z.strictObject({
  /** Keycloak's version. */
  version: z.string(),
  endpoints: realmEndpointsSchema,
  /** `created` now, `unchanged` since before, or there but `different` from what the options ask for. */
  realm: z.enum(['created', 'unchanged', 'different']),
  /** The difference between a `different` realm and the options, and the command that replaces the realm; else `null`. */
  difference: realmDifferenceSchema.nullable(),
  /** The MCP endpoints that tokens are for. */
  mcpUrls: z.array(z.string()).readonly(),
  users: z.array(testUserSchema).readonly(),
  /** The scopes that clients see and may ask for. */
  scopes: z.array(z.string()).readonly(),
  /** Created for this report, to register clients with; `(secret)` without `--show-secrets`. `null` where none is needed. */
  initialAccessToken: z.string().nullable(),
  /** `null` with `--no-proof`, or when there was nothing to play with. */
  proof: proofReportSchema.nullable(),
  /** The needs of MCP clients and servers. */
  needs: needsReportSchema,
  warnings: z.array(z.string()).readonly(),
})

/** The state of a realm after it was applied and tested. */
export type ProvisionReport = Readonly<z.infer<typeof provisionReportSchema>>

/** The options of `provision`. */
export interface ProvisionOptions {
  readonly onStep: OnStep
  readonly signal: AbortSignal | undefined
  /** The known parts of the server. Default: logs in and asks the server. */
  readonly server?: Partial<Pick<LiveServer, 'admin' | 'self'>>
  /** The files that the command has read already. */
  readonly files?: RealmFiles
  /** Called after the realm was created; not for an existing realm. */
  readonly onCreated?: (realm: string) => void
  /** Whether no other command works on this Keycloak. Default: one may. */
  readonly isLocked?: boolean
  /** Asks whether to restore a lost realm from its backup. Default: the realm is not restored. */
  readonly restore?: AskRestore
  /** Asks whether to add what MCP needs to a new realm. Default: the file is applied unchanged. */
  readonly askNeeds?: AskNeeds
}

/** Asks whether to restore a lost realm from its backup instead of creating it from its file. */
export type AskRestore = (lost: LostRealm & { readonly backup: string }) => Promise<boolean>

interface Creation {
  readonly wanted: RealmPlan
  /** Warning about the lost realm. */
  readonly warnings: readonly string[]
}

/** Creates a missing realm from its file, or a lost one from its backup. */
async function create(
  place: RealmPlace,
  config: Config,
  planned: RealmPlan,
  restore: AskRestore = async () => false,
  askNeeds: AskNeeds | undefined,
): Promise<Creation> {
  const { admin, keycloak, name, files } = place
  const { realmFile } = config
  const lost = await lostRealm(admin, keycloak, name, realmFile)
  const backup = lost?.backup
  const restored = lost !== undefined && backup !== undefined && (await restore({ ...lost, backup }))
  const wanted = restored
    ? await planRealm({ ...config, ...NO_REALM_OPTIONS, realmFile: backup }, null, files)
    : askNeeds
      ? await withAskedNeeds(config, planned, files, askNeeds)
      : planned
  await withSigningKey(keycloak.folder, name, (key) =>
    createRealm(
      admin,
      withValues(signingKey(key)(wanted.realm), wanted.realm),
      wanted.record,
      keycloak.lastLog,
    ).catch(async (error: unknown) => {
      throw await withPlace(error, wanted)
    }),
  )
  return { wanted, warnings: lost ? [toldLost(lost, restored)] : [] }
}

/** Plans the realm again with the approved additions. */
async function withAskedNeeds(
  config: Config,
  planned: RealmPlan,
  files: RealmFiles,
  ask: AskNeeds,
): Promise<RealmPlan> {
  const overlay = await askedOverlay(planned, files, ask)
  if (overlay === undefined) return planned
  const more = { ...config, with: [...config.with, overlay] }
  return withAskedNeeds(more, await planRealm(more, null, files), files, ask)
}

/** A realm after `provision`, with its report. */
export interface Provisioned {
  readonly report: ProvisionReport
  /** The rendered realm. */
  readonly realm: Realm
}

/**
 * The second half of `up`, for any Keycloak: creates the realm unless it exists, and tests it. An existing realm is
 * never overwritten. An external Keycloak may still be starting: it is waited for.
 *
 * @throws {McpKeycloakError} `ADMIN_LOGIN_REFUSED`, `VERSION_UNSUPPORTED`, `REALM_INVALID`, `REALM_REFUSED`; the errors
 * of {@link adminWhenReady} and {@link prove}
 */
export async function provision(
  keycloak: RunningKeycloak,
  config: Config,
  {
    onStep,
    signal,
    server,
    files = realmFiles(),
    onCreated,
    isLocked = false,
    restore,
    askNeeds,
  }: ProvisionOptions,
): Promise<Provisioned> {
  const name = await plannedRealmName(config, files)
  const timeoutMs = config.timeout * 1000
  const admin =
    server?.admin ??
    (keycloak.runtime === 'external'
      ? await adminWhenReady(keycloak, { timeoutMs, onStep, signal })
      : await adminLogin(keycloak))
  onStep('Applying the realm')
  const known = liveServer(keycloak, admin, server?.self)
  const [{ version, features, registrationFormats }, found] = await Promise.all([
    known.self(),
    liveRealm(known, name, files),
  ])
  assertSupportedVersion(version)
  const { live, finished } = await finishRealm(config, found, isLocked)
  const { record } = live
  const supported = { ...config, with: supportedOverlays(config.with, features) }
  const planned = await planRealm(supported, record, files)
  throwIfInterrupted(signal)
  const created = record === undefined ? await create(live, supported, planned, restore, askNeeds) : undefined
  if (created) onCreated?.(name)
  const wanted = created?.wanted ?? planned
  const same = record === undefined || record?.hash === wanted.record.hash
  // The report and the login test are about the existing realm, which may differ from the options.
  const there = same || !record ? wanted : await rememberedOrReason(name, record, files)
  const plan = 'realm' in there ? there : wanted
  const { realm, options } = plan
  const endpoints = realmEndpoints(keycloak.url, name)
  await waitUntilReady({
    urls: [endpoints.metadata],
    timeoutMs,
    isAlive: async () => true,
    lastLog: keycloak.lastLog,
    signal,
  })
  const ours = record !== null
  const initialAccessToken =
    ours && needsInitialAccessToken(realm) ? await createInitialAccessToken(admin, name) : null
  const player = { initialAccessToken, removeClient: clientRemover(admin, name) }
  const proven = () => prove(realm, endpoints, player, onStep, signal)
  const needs = record === null ? await unmanagedNeeds(live, options) : await plannedNeeds(plan, files)
  const proof = config.proof
    ? ((await diagnosed(keycloak, proven).catch((error: unknown) => {
        throw withNeeds(error, needs)
      })) ?? null)
    : null
  const report: ProvisionReport = {
    version,
    endpoints,
    realm: record === undefined ? 'created' : same ? 'unchanged' : 'different',
    difference: same ? null : realmDifference(record ?? null, wanted),
    mcpUrls: mcpUrls(realm),
    users: testUsers(realm),
    scopes: publicScopes(realm),
    initialAccessToken,
    proof,
    needs,
    warnings: [
      ...finished,
      ...(created?.warnings ?? []),
      ...versionWarnings({ version, features, registrationFormats }),
      ...featureWarnings({
        asked: config.with,
        overlays: options.with,
        features,
        registrationFormats,
        version,
      }),
      ...slashWarnings(mcpUrls(realm)),
      ...('reason' in there ? [there.reason] : there.warnings),
      ...(config.proof && !proof ? [`Nothing was proved: ${unprovable(realm, endpoints)}.`] : []),
    ],
  }
  return { report, realm }
}

/** Reports the needs of a realm that is not managed. */
async function unmanagedNeeds(live: MaybeRealm, options: RealmOptions): Promise<NeedsReport> {
  const needs = await liveNeeds(live, options)
  return { ...needs, fix: needs.fix === null ? null : command('doctor', { fix: true }) }
}
