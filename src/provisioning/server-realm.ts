import type { Config } from '../config/schema.ts'
import { missingFeatures, supportedOverlays } from '../config/server.ts'
import { throwIfInterrupted } from '../errors.ts'
import { exportRealm } from '../keycloak/export-realm.ts'
import { enabledFeatures } from '../keycloak/server-info.ts'
import { withTemporaryRealm } from '../keycloak/temporary-realm.ts'
import {
  comparable,
  renamed,
  type Stated,
  withoutIds,
  withoutRegistered,
} from '../realm/compare/comparable.ts'
import type { Json } from '../realm/overlay.ts'
import { signingKey } from '../realm/patches/signing-key.ts'
import { realmName } from '../realm/realm-name.ts'
import type { Realm } from '../realm/schema.ts'
import { type FoundRealm, findRealm } from './find-realm.ts'
import { planRealm, type RealmPlan, rememberedRealm } from './plan-realm.ts'
import { newSigningKey } from './signing-key-file.ts'

/** A realm on a running Keycloak, with the server's features. */
export interface ServerRealm extends FoundRealm {
  /** The features that are on in the server. */
  readonly features: readonly string[]
}

/**
 * Finds the realm that the options name, on the running instance.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`
 */
export async function findServerRealm(config: Config): Promise<ServerRealm> {
  const found = await findRealm(config)
  return { ...found, features: await enabledFeatures(found.admin) }
}

/**
 * Plans the realm that `up` would apply now. Given options come first, then those that the realm remembers. Overlays
 * without their server feature are left out.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export async function planServerRealm(config: Config, server: ServerRealm): Promise<RealmPlan> {
  const plan = await planRealm({ ...config, realm: server.name }, server.record)
  return withSupportedOverlays(plan, server)
}

/** Removes the overlays whose feature the server lacks from a plan. */
export async function withSupportedOverlays(
  plan: RealmPlan,
  { name, features }: Pick<ServerRealm, 'name' | 'features'>,
): Promise<RealmPlan> {
  if (missingFeatures(plan.options.with, features).length === 0) return plan
  const options = { ...plan.options, with: supportedOverlays(plan.options.with, features) }
  return rememberedRealm(name, { ...plan.record, options: JSON.stringify(options) })
}

/** Reads the realm on the server, in comparable form. */
export async function readActual({ admin, name }: FoundRealm, stated: Stated): Promise<Json> {
  return comparable(await exportRealm(admin, name), stated)
}

/**
 * Reads this server's representation of a realm file: applies it under a temporary name, and exports it. So it includes
 * the defaults of this Keycloak version.
 *
 * @param signal aborting it removes that realm at once
 * @throws {McpKeycloakError} `REALM_REFUSED`, `INTERRUPTED`
 */
export async function readMade(
  server: FoundRealm,
  realm: Realm,
  stated: Stated,
  signal?: AbortSignal,
): Promise<Json> {
  const signed = signingKey(await newSigningKey())(withoutIds(withoutRegistered(realm)))
  const exported = await withTemporaryRealm(
    server.admin,
    server.name,
    (name) => realmName(name)(signed),
    server.keycloak.lastLog,
    async (name) => {
      throwIfInterrupted(signal)
      return renamed(await exportRealm(server.admin, name), name, server.name)
    },
  )
  const users = (exported.users as readonly Json[]).map((user) => ({
    ...user,
    id: stated.userIds.get(String(user.username)),
  }))
  return comparable({ ...exported, users }, stated)
}
