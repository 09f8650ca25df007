import type { Config } from '../config/schema.ts'
import { missingFeatures, supportedOverlays } from '../config/server.ts'
import { tellIfInterrupted, throwIfInterrupted } from '../errors.ts'
import { comparable, type Declared, declaredIn } from '../realm/compare/comparable.ts'
import { type Drift, driftBetween } from '../realm/compare/drift.ts'
import type { Json } from '../realm/overlay.ts'
import { withPlaceholders } from '../realm/placeholders.ts'
import type { Realm } from '../realm/schema.ts'
import type { LiveRealm } from './live-realm.ts'
import { madeRealm } from './made-realm.ts'
import { planRealm, type RealmPlan, rememberedRealm } from './plan-realm.ts'

/**
 * Plans the realm that `up` would apply now. Given options come first, then those that the realm remembers. Overlays
 * without their server feature are left out.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export async function planServerRealm(config: Config, live: LiveRealm): Promise<RealmPlan> {
  const plan = await planRealm({ ...config, realm: live.name }, live.record, live.files)
  return withSupportedOverlays(plan, live)
}

/** Removes the overlays whose feature the server lacks from a plan. */
export async function withSupportedOverlays(
  plan: RealmPlan,
  { name, files, self }: Pick<LiveRealm, 'name' | 'files' | 'self'>,
): Promise<RealmPlan> {
  const { features } = await self()
  if (missingFeatures(plan.options.with, features).length === 0) return plan
  const options = { ...plan.options, with: supportedOverlays(plan.options.with, features) }
  return rememberedRealm(name, { ...plan.record, options: JSON.stringify(options) }, files)
}

/**
 * Finds the differences between the realm on the server and a rendered one, as this server imports it.
 *
 * @param signal aborting it removes a temporary realm at once
 * @throws {McpKeycloakError} `REALM_REFUSED`, `INTERRUPTED`
 */
export async function realmDrift(
  live: LiveRealm,
  rendered: Realm,
  signal?: AbortSignal,
): Promise<readonly Drift[]> {
  const declared = declaredIn(rendered)
  return tellIfInterrupted(
    signal,
    () => 'the realm that it had created to compare with is removed.',
    async () => {
      const [made, actual] = await Promise.all([
        madeRealm(live, rendered, declared, signal),
        readActual(live, declared, rendered),
      ])
      throwIfInterrupted(signal)
      return driftBetween(made, actual)
    },
  )
}

/** Reads the realm on the server in comparable form, with the placeholders of the rendered realm. */
export async function readActual(
  { exported }: Pick<LiveRealm, 'exported'>,
  declared: Declared,
  rendered: Realm,
): Promise<Json> {
  return comparable(withPlaceholders(await exported(), rendered), declared)
}
