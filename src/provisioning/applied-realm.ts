import { type RealmEndpoints, realmEndpoints } from '../config/endpoints.ts'
import { parseRealmOptions, type RealmOptions } from '../config/realm-options.ts'
import type { Config } from '../config/schema.ts'
import type { Admin } from '../keycloak/admin.ts'
import { clientKind } from '../keycloak/clients/registered-clients.ts'
import type { RealmFiles } from '../realm/realm-files.ts'
import type { Realm } from '../realm/schema.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'
import { findRealm, lookForRealm } from './find-realm.ts'
import type { LiveRealm } from './live-realm.ts'
import { planRealm, type RealmPlan, rememberedOrReason } from './plan-realm.ts'

/** A realm that is on a running Keycloak. */
export interface AppliedRealm {
  readonly keycloak: RunningKeycloak
  readonly admin: Admin
  /** The realm as rendered when it was applied; when its file is gone, the server's realm without passwords. */
  readonly realm: Realm
  /** The reason why `realm` comes from the server; `null` for the rendered realm. */
  readonly gone: string | null
  /** Whether mcp-keycloak created the realm. */
  readonly isManaged: boolean
  readonly endpoints: RealmEndpoints
  /** The options that the realm was created with; absent when unknown. */
  readonly options?: RealmOptions | undefined
}

/**
 * The realm that the options name, on the running instance. A realm that mcp-keycloak did not create is described by
 * the options.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`
 */
export async function findAppliedRealm(config: Config): Promise<AppliedRealm> {
  const live = await findRealm(config)
  const { keycloak, admin, name, record, files } = live
  const plan = record ? await rememberedOrReason(name, record, files) : await planRealm(config, null, files)
  const known = 'realm' in plan
  return {
    keycloak,
    admin,
    realm: known ? plan.realm : await realmOfServer(live),
    gone: known ? null : plan.reason,
    isManaged: Boolean(record),
    endpoints: realmEndpoints(keycloak.url, name),
    options: record ? parseRealmOptions(record.options) : undefined,
  }
}

/**
 * Plans the realm from the options and the realm on a running server. A call before a restart finds an invalid realm
 * early.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`, `ADMIN_LOGIN_REFUSED`
 */
export async function planOnServer(
  config: Config,
  keycloak: RunningKeycloak,
  files: RealmFiles,
): Promise<RealmPlan> {
  const { record } = await lookForRealm(keycloak, config, files)
  return planRealm(config, record, files)
}

/** The realm on the server, without self-registered clients. */
async function realmOfServer({ exported }: LiveRealm): Promise<Realm> {
  const realm = (await exported()) as Realm
  return { ...realm, clients: realm.clients?.filter((client) => clientKind(client) === undefined) }
}
