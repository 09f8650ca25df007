import type { Config } from '../config/schema.ts'
import { requiredFeatures } from '../config/server.ts'
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

/** A realm on a running Keycloak, and what may be asked there. */
export interface ServerRealm extends FoundRealm {
  /** Overlays that this server has no feature for. */
  readonly lacking: (overlays: readonly string[]) => readonly string[]
}

/**
 * The realm that the options mean, on the running instance.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`
 */
export async function findServerRealm(config: Config): Promise<ServerRealm> {
  const found = await findRealm(config)
  const features = await enabledFeatures(found.admin)
  const lacking = (overlays: readonly string[]) =>
    requiredFeatures(overlays).filter((feature) => !features.includes(feature))
  return { ...found, lacking }
}

/**
 * The realm as `up` would apply it there now: of the options those given, else those that the realm remembers, and
 * without the overlays that the server has no feature for.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export async function planServerRealm(config: Config, server: ServerRealm): Promise<RealmPlan> {
  const plan = await planRealm({ ...config, realm: server.name }, server.record)
  const lacking = server.lacking(plan.options.with)
  if (lacking.length === 0) return plan
  const options = { ...plan.options, with: plan.options.with.filter((name) => !lacking.includes(name)) }
  return rememberedRealm(server.name, { ...plan.record, options: JSON.stringify(options) })
}

/** The realm that is there. */
export async function readActual({ admin, name }: FoundRealm, stated: Stated): Promise<Json> {
  return comparable(await exportRealm(admin, name), stated)
}

/**
 * What this server makes of a realm file: it is applied under another name for a moment, and read back. So all that
 * Keycloak adds by itself, whatever its version, is in it, too.
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
