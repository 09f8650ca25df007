import { command } from '../../config/command.ts'
import { NO_REALM_OPTIONS, parseRealmOptions } from '../../config/realm-options.ts'
import type { Missing, OurRealm, ServerInfo, ServerRealmState } from '../../doctor/subjects.ts'
import { countClients } from '../../keycloak/clients/registered-clients.ts'
import { once } from '../../once.ts'
import { interruption, isInterrupted } from '../../provisioning/finish-realm.ts'
import type { LiveRealm, MaybeRealm } from '../../provisioning/live-realm.ts'
import { liveNeeds } from '../../provisioning/needs/needs.ts'
import { type RealmPlan, rememberedOrReason } from '../../provisioning/plan-realm.ts'
import { realmDrift, withSupportedOverlays } from '../../provisioning/server-realm.ts'
import { featureWarnings } from '../../provisioning/server-warnings.ts'
import type { Realm } from '../../realm/schema.ts'

/** A realm, and the plan that created it. */
interface ReadRealm extends ServerRealmState {
  readonly live: LiveRealm
  readonly plan: RealmPlan | { readonly reason: string } | undefined
}

/** Returns the server's version, features, overlays and feature warnings. */
export async function serverInfo({ self, record }: MaybeRealm): Promise<ServerInfo> {
  const overlays = record ? parseRealmOptions(record.options).with : []
  const seen = await self()
  return { ...seen, overlays, featureWarnings: featureWarnings({ asked: [], overlays, ...seen }) }
}

/**
 * Reads the realm from the server, and the plan that created it.
 *
 * @param mcpUrl the MCP URLs that a realm without a plan is asked for
 */
export async function readRealm(found: MaybeRealm, mcpUrl: readonly string[]): Promise<ReadRealm | Missing> {
  const { admin, name, record, files, exported } = found
  if (record === undefined) return { missing: `There is no realm "${name}".`, fix: 'See "Metadata" above.' }
  const [actual, clients, plan] = await Promise.all([
    exported(),
    countClients(admin, name),
    record ? rememberedOrReason(name, record, files) : undefined,
  ])
  const made = plan && 'realm' in plan ? await withSupportedOverlays(plan, found) : undefined
  const options = record ? parseRealmOptions(record.options) : undefined
  const live = { ...found, record }
  const { unmet: unmetNeeds } = await liveNeeds(live, options ?? { ...NO_REALM_OPTIONS, mcpUrl: [...mcpUrl] })
  return {
    unmetNeeds,
    admin,
    actual: actual as unknown as Realm,
    rendered: made?.realm,
    clients,
    options,
    live,
    plan,
  }
}

/** Returns a managed realm with its expected settings. Those of an unmanaged realm are not known, so it is missing. */
export function asOurs(
  { live, plan, rendered, ...state }: ReadRealm,
  signal: AbortSignal | undefined,
): OurRealm | Missing {
  const { name: realm, record } = live
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
  return {
    ...state,
    rendered,
    filesChanged: plan.record.hash !== record.hash,
    interrupted:
      record.pending && isInterrupted(record.pending, false) ? interruption(realm, record.pending) : null,
    drift: once(() => realmDrift(live, rendered, signal)),
  }
}
