import { type RealmEndpoints, realmEndpoints } from '../config/endpoints.ts'
import type { Config } from '../config/schema.ts'
import { McpKeycloakError } from '../errors.ts'
import { type Admin, adminLogin } from '../keycloak/admin.ts'
import { findRealmRecord, ourRealms } from '../keycloak/realms.ts'
import type { Realm } from '../realm/schema.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'
import { findInstance } from './instance.ts'
import { plannedRealmName, planRealm, type RealmPlan, rememberedRealm } from './plan-realm.ts'

/** A realm that is on a running Keycloak. */
export interface AppliedRealm {
  readonly keycloak: RunningKeycloak
  readonly admin: Admin
  /** The realm as it was rendered when it was applied. */
  readonly realm: Realm
  readonly endpoints: RealmEndpoints
}

/**
 * The realm that the options mean, on the running instance. One that is not ours is taken for what the options say.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, also when the instance has no such realm; `ADMIN_LOGIN_REFUSED`
 */
export async function findAppliedRealm(config: Config): Promise<AppliedRealm> {
  const { keycloak } = await findInstance(config)
  const [admin, name] = await Promise.all([adminLogin(keycloak), plannedRealmName(config)])
  const record = await findRealmRecord(admin, name)
  if (record === undefined) throw await noSuchRealm(admin, name, keycloak.url)
  const { realm } = record ? await rememberedRealm(name, record) : await planRealm(config)
  return { keycloak, admin, realm, endpoints: realmEndpoints(keycloak.url, name) }
}

/**
 * The realm as the options and what is on a running server would make it: to know before a restart that it can be made.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`, `ADMIN_LOGIN_REFUSED`
 */
export async function planOnServer(config: Config, keycloak: RunningKeycloak): Promise<RealmPlan> {
  const [admin, name] = await Promise.all([adminLogin(keycloak), plannedRealmName(config)])
  return planRealm(config, await findRealmRecord(admin, name))
}

/** The error for a realm that is not there: it names those that are. */
export async function noSuchRealm(admin: Admin, realm: string, url: string): Promise<McpKeycloakError> {
  const known = (await ourRealms(admin)).map((found) => found.realm).join(', ') || 'none'
  return new McpKeycloakError('NOT_RUNNING', {
    what: `There is no realm "${realm}" at ${url}.`,
    why: `The realms of ours there: ${known}.`,
    fix: `mcp-keycloak up --realm ${realm}`,
  })
}
