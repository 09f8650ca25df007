import { command } from '../config/command.ts'
import { realmEndpoints } from '../config/endpoints.ts'
import type { RealmOptions } from '../config/realm-options.ts'
import type { Config } from '../config/schema.ts'
import { missingFeatures, requiredFeatures } from '../config/server.ts'
import { McpKeycloakError, throwIfInterrupted } from '../errors.ts'
import type { Admin } from '../keycloak/admin.ts'
import { type KeptData, readKeptData } from '../keycloak/kept-data.ts'
import { THIS_PROCESS } from '../keycloak/owner.ts'
import {
  closeRealm,
  openRealm,
  pendingWork,
  type RealmRecord,
  withoutClosing,
  writeRealmRecord,
} from '../keycloak/realms.ts'
import { hasKey } from '../keycloak/signing-keys.ts'
import { carryOver } from '../realm/compare/carry-over.ts'
import { declaredIn } from '../realm/compare/comparable.ts'
import { privateKeys, signingKey } from '../realm/patches/signing-key.ts'
import { withValues } from '../realm/placeholders.ts'
import type { Realm } from '../realm/schema.ts'
import type { OnStep } from '../runtime/runtime.ts'
import { writeBackup } from './backup.ts'
import { bringInPlace } from './bring-in-place.ts'
import type { LiveRealm, LiveServer } from './live-realm.ts'
import { madeRealm } from './made-realm.ts'
import { plannedNeeds } from './needs/needs.ts'
import { carriedOver, oldRealm } from './old-realm.ts'
import { planRealm, type RealmPlan } from './plan-realm.ts'
import { replaceRealm } from './replace-realm.ts'
import { writeJournal } from './reset-journal.ts'
import { howToForget, keptAndDropped, type ResetRealmReport } from './reset-realm-report.ts'
import { newSigningKey, readSigningKey, signingKeyPath, writeSigningKey } from './signing-key-file.ts'

/** Options of a reset. */
export interface ResetRealmOptions {
  /** Keep nothing: no clients, no consents, no secrets, no key. */
  readonly hard?: boolean
  /** Change nothing, report the planned changes. */
  readonly dryRun?: boolean
  /** Options that the realm must not remember from its last reset. */
  readonly forget?: readonly (keyof RealmOptions)[]
  readonly onStep?: OnStep | undefined
  /** Aborting stops the reset while nothing has been changed. */
  readonly signal?: AbortSignal | undefined
  /** Delays signals while the realm is changed, which takes about a second. */
  readonly uninterrupted?: (<Result>(work: () => Promise<Result>) => Promise<Result>) | undefined
}

/**
 * Brings a managed realm to its file and the options, in place. Deletes and recreates the realm only for `--hard` and for
 * settings that cannot be changed in place. A journal lets the next command finish an interrupted recreation.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`, `REALM_REFUSED`, `INTERRUPTED`; `USAGE_INVALID` without a feature
 */
export async function performReset(
  live: LiveRealm<RealmRecord>,
  config: Config,
  {
    hard = false,
    dryRun = false,
    onStep = () => {},
    signal,
    uninterrupted = (work) => work(),
  }: ResetRealmOptions,
): Promise<ResetRealmReport> {
  const startedAt = performance.now()
  const { admin, name, record, keycloak } = live
  const { folder } = keycloak
  const wanted = await planRealm({ ...config, realm: name }, record, live.files)
  await assertFeatures(live, wanted.options.with)
  const declared = declaredIn(wanted.realm)
  if (!dryRun) onStep(`Resetting the realm ${name}`)
  const [kept, keyOfBefore, needs, made] = await Promise.all([
    readKeptData(admin, name),
    readSigningKey(folder, name),
    plannedNeeds(wanted, live.files),
    dryRun ? undefined : madeRealm(live, wanted.realm, declared),
  ])
  const key = (hard ? undefined : keyOfBefore) ?? (await newSigningKey())
  const realm = signingKey(key)(wanted.realm)
  const isKeyKept = !hard && hasAnyKey(realm, kept)
  const endpoints = realmEndpoints(keycloak.url, name)
  // For a file without private keys, Keycloak generates new ones when the realm is created again.
  const hasKeptKey = (inPlace: boolean) => isKeyKept && (inPlace || dryRun || privateKeys(realm).length > 0)
  const finish = (
    was: KeptData,
    backup: string | null,
    inPlace: boolean,
    refused?: string,
  ): ResetRealmReport => {
    const report = keptAndDropped(withValues(wanted.realm, wanted.realm), was, hard)
    return {
      schemaVersion: 1,
      endpoints,
      dryRun,
      inPlace,
      kept: { ...report.kept, signingKey: hasKeptKey(inPlace), sessions: inPlace },
      dropped: report.dropped,
      backup,
      forget: hard ? howToForget(wanted.realm, endpoints) : [],
      needs,
      warnings: [
        ...(hard || hasKeptKey(inPlace) ? [] : [anotherKey(name, signingKeyPath(folder, name))]),
        ...(refused === undefined ? [] : [recreated(name, refused)]),
        ...wanted.warnings,
      ],
      elapsedMs: Math.round(performance.now() - startedAt),
    }
  }
  if (dryRun || made === undefined) return finish(kept, null, !hard)
  // An interrupted reset may have left the realm switched off; the user did not.
  const before = {
    ...withoutClosing(await oldRealm(live, kept)),
    ...(record.pending && { enabled: true }),
  }
  const backup = hard ? null : await writeBackup(folder, before, wanted.options.realmFile)
  throwIfInterrupted(signal)
  return uninterrupted(async () => {
    await writeRealmRecord(admin, name, {
      ...record,
      pending: pendingWork('reset', wanted.record.options, hard),
    })
    const target = { realm, made, declared, newKey: !isKeyKept }
    // A second pass aligns the changes that another user made during the first.
    const refused = hard
      ? undefined
      : (await bringInPlace(live, target, kept)) &&
        (await bringInPlace(live, target, await readKeptData(admin, name)))
    if (!hard && refused === undefined) {
      if (key !== keyOfBefore) await writeSigningKey(folder, name, key)
      await writeRealmRecord(admin, name, wanted.record)
      return finish(kept, backup, true)
    }
    const was = await recreate(live, { wanted, realm, key, hard, before, backup, kept })
    return finish(was.kept, was.backup, false, refused)
  })
}

/** The parts of a realm's recreation. */
interface Recreation {
  readonly wanted: RealmPlan
  /** The wanted realm with its signing key. */
  readonly realm: Realm
  readonly key: string
  readonly hard: boolean
  /** The realm before the first change. */
  readonly before: Realm
  readonly backup: string | null
  readonly kept: KeptData
}

/**
 * Deletes the realm and creates it again. Switches it off first, so that Keycloak refuses registrations and logins that
 * would be lost.
 */
async function recreate(
  live: LiveRealm<RealmRecord>,
  { wanted, realm, key, hard, before, backup, kept }: Recreation,
): Promise<{ readonly kept: KeptData; readonly backup: string }> {
  const { admin, name, record, keycloak } = live
  const { folder } = keycloak
  const keyOfBefore = await readSigningKey(folder, name)
  await closeRealm(admin, name)
  let isReplacing = false
  try {
    const now = await readSettled(admin, name)
    const saved = carryOver(carriedOver(now))(before)
    const file = hard || backup === null ? await writeBackup(folder, saved, wanted.options.realmFile) : backup
    const { hash, options } = record
    const journal = {
      at: new Date().toISOString(),
      wanted: { realm: hard ? realm : carryOver(carriedOver(now))(realm), record: wanted.record },
      old: { realm: signingKey(keyOfBefore ?? key)(saved), record: { hash, options } },
      backup: file,
      key,
      by: THIS_PROCESS,
    }
    await writeJournal(folder, name, journal)
    isReplacing = true
    await replaceRealm(live, journal)
    return { kept: hard ? now : { ...now, others: kept.others, usernames: kept.usernames }, backup: file }
  } catch (error) {
    if (!isReplacing) await openRealm(admin, name, before.enabled !== false).catch(() => {})
    throw error
  }
}

/** Limit on the reads of a switched-off realm until nothing new appears in it. */
const READINGS = 10

/** Reads a switched-off realm repeatedly: an earlier registration may still complete while it is read. */
async function readSettled(admin: Admin, name: string): Promise<KeptData> {
  let kept = await readKeptData(admin, name)
  for (let reading = 1; reading < READINGS; reading++) {
    const again = await readKeptData(admin, name)
    if (again.registered.length === kept.registered.length && again.userIds.size === kept.userIds.size)
      return again
    kept = again
  }
  return kept
}

/** Whether the realm signs with a key of the wanted realm. Keycloak generates keys for a file without private keys. */
function hasAnyKey(realm: Realm, { publicKeys }: KeptData): boolean {
  const keys = privateKeys(realm)
  return keys.length === 0 || hasKey(publicKeys, keys)
}

async function assertFeatures({ self }: LiveServer, overlays: readonly string[]): Promise<void> {
  if (requiredFeatures(overlays).length === 0) return
  const lacking = missingFeatures(overlays, (await self()).features)
  if (lacking.length === 0) return
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `Keycloak runs without --features=${lacking.join(',')}.`,
    why: `The overlay ${lacking.join(' and ')} needs it, and a feature is switched on when the server starts.`,
    fix: `Start Keycloak with the feature: ${command('up', { with: lacking, yes: true })}. Then run this command again with the same options.`,
  })
}

function anotherKey(name: string, file: string): string {
  return `The realm "${name}" gets another signing key: its current key is not in ${file}. Tokens issued before no longer verify, and MCP servers that have cached the keys have to be restarted.`
}

function recreated(name: string, refused: string): string {
  return `The realm "${name}" was deleted and created again, because this cannot be changed in place: ${refused}. Clients and users are kept; sessions are gone.`
}
