import { command } from '../../config/command.ts'
import { NO_REALM_OPTIONS, parseRealmOptions } from '../../config/realm-options.ts'
import type { Config } from '../../config/schema.ts'
import type { Missing, OurRealm, ServerInfo, ServerRealmState } from '../../doctor/subjects.ts'
import type { Admin } from '../../keycloak/admin.ts'
import { countClients } from '../../keycloak/clients/registered-clients.ts'
import { exportRealm } from '../../keycloak/export-realm.ts'
import { findRealmRecord, type RealmRecord } from '../../keycloak/realms.ts'
import { type ServerSelf, serverSelf } from '../../keycloak/server-info.ts'
import { featureWarnings } from '../../provisioning/feature-warnings.ts'
import { interruption, isInterrupted } from '../../provisioning/finish-realm.ts'
import { type RealmPlan, rememberedOrReason } from '../../provisioning/plan-realm.ts'
import { withSupportedOverlays } from '../../provisioning/server-realm.ts'
import type { Realm } from '../../realm/schema.ts'
import { realmDiff } from '../realm/realm-diff.ts'

/** The first data that an administrator reads. */
interface FirstSight {
  readonly admin: Admin
  readonly self: ServerSelf
  /** `null` for an unmanaged realm, `undefined` when the realm does not exist. */
  readonly record: RealmRecord | null | undefined
}

/** A realm, and the plan that created it. */
interface ReadRealm extends ServerRealmState {
  readonly record: RealmRecord | null
  readonly plan: RealmPlan | { readonly reason: string } | undefined
}

/** Reads the server's own data and the record of its realm. */
export async function firstSight(admin: Admin, name: string): Promise<FirstSight> {
  const [self, record] = await Promise.all([serverSelf(admin), findRealmRecord(admin, name)])
  return { admin, self, record }
}

/** Returns the server's version, features, overlays and feature warnings. */
export function serverInfo({ self, record }: FirstSight): ServerInfo {
  const overlays = record ? parseRealmOptions(record.options).with : []
  return { ...self, overlays, featureWarnings: featureWarnings({ asked: [], overlays, ...self }) }
}

/** Reads the realm from the server, and the plan that created it. */
export async function readRealm(
  { admin, self, record }: FirstSight,
  name: string,
): Promise<ReadRealm | Missing> {
  if (record === undefined) return { missing: `There is no realm "${name}".`, fix: 'See "Metadata" above.' }
  const [actual, clients, plan] = await Promise.all([
    exportRealm(admin, name),
    countClients(admin, name),
    record ? rememberedOrReason(name, record) : undefined,
  ])
  const made =
    plan && 'realm' in plan ? await withSupportedOverlays(plan, { name, features: self.features }) : undefined
  const options = record ? parseRealmOptions(record.options) : undefined
  return { admin, actual: actual as unknown as Realm, rendered: made?.realm, clients, options, record, plan }
}

/** Returns a managed realm with its expected settings. Those of an unmanaged realm are not known, so it is missing. */
export function asOurs(
  { record, plan, rendered, ...state }: ReadRealm,
  config: Config,
  signal: AbortSignal | undefined,
): OurRealm | Missing {
  const realm = state.actual.realm
  if (record === null || plan === undefined)
    return {
      missing: `The realm "${realm}" is not of our making: what it should be is not known.`,
      fix: `${command('realm diff')} compares it with the built-in one.`,
    }
  if ('reason' in plan || rendered === undefined)
    return {
      missing: 'reason' in plan ? plan.reason : '',
      fix: `Bring the file back, or: ${command('reset-realm', { realmFile: '<file>' })}`,
    }
  const asMade = { ...config, ...NO_REALM_OPTIONS, realm }
  return {
    ...state,
    rendered,
    filesChanged: plan.record.hash !== record.hash,
    interrupted:
      record.pending && isInterrupted(record.pending, false) ? interruption(realm, record.pending) : null,
    drift: async () => (await realmDiff(asMade, signal ? { signal } : {})).drift,
  }
}
