import { z } from 'zod'

import type { Config } from '../../config/schema.ts'
import { missingFeatures } from '../../config/server.ts'
import { throwIfInterrupted } from '../../errors.ts'
import { findRealm } from '../../provisioning/find-realm.ts'
import { isInterrupted, toldInterrupted } from '../../provisioning/finish-realm.ts'
import { planServerRealm, realmDrift } from '../../provisioning/server-realm.ts'
import { driftSchema } from '../../realm/compare/drift.ts'
import type { OnStep } from '../../runtime/runtime.ts'

/** `realm diff --json`: the differences between the realm on the server and the one from its file and options. */
export const realmDiffReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  realm: z.string(),
  url: z.string(),
  drift: z.array(driftSchema).readonly(),
  warnings: z.array(z.string()).readonly(),
  elapsedMs: z.number(),
})

/** The differences between the realm on the server and the realm that its file and options create. */
export type RealmDiffReport = Readonly<z.infer<typeof realmDiffReportSchema>>

/**
 * Compares the realm on the server with the one that `up` would create there now. To compare, it creates that realm
 * under another name for a moment. It changes nothing else.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`, `REALM_INVALID`, `REALM_REFUSED`
 */
export async function realmDiff(
  config: Config,
  { onStep = () => {}, signal }: { readonly onStep?: OnStep; readonly signal?: AbortSignal } = {},
): Promise<RealmDiffReport> {
  const startedAt = performance.now()
  onStep('Comparing the realm')
  const live = await findRealm(config)
  const { realm, options } = await planServerRealm(config, live)
  throwIfInterrupted(signal)
  const drift = await realmDrift(live, realm, signal)
  const missing = missingFeatures(config.with, (await live.self()).features)
  const pending = live.record?.pending
  return {
    schemaVersion: 1,
    realm: live.name,
    url: live.keycloak.url,
    drift,
    warnings: [
      ...missing.map((name) => `The overlay "${name}" was left out: that Keycloak runs without the feature.`),
      ...(pending && isInterrupted(pending, false) ? [toldInterrupted(live.name, pending)] : []),
      ...(live.record ? [] : [notOurs(live.name, options.realmFile)]),
    ],
    elapsedMs: Math.round(performance.now() - startedAt),
  }
}

function notOurs(realm: string, file: string | undefined): string {
  return `The realm "${realm}" is not of our making: it was compared with ${file ?? 'the built-in realm'}.`
}
