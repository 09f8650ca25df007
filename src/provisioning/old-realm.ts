import type { KeptData } from '../keycloak/kept-data.ts'
import type { RealmRecord } from '../keycloak/realms.ts'
import { type CarriedOver, carryOver } from '../realm/compare/carry-over.ts'
import { restorable } from '../realm/compare/restorable.ts'
import type { Realm } from '../realm/schema.ts'
import type { LiveRealm } from './live-realm.ts'
import { rememberedOrReason } from './plan-realm.ts'

/**
 * The realm on the server, complete enough to recreate it, with manual additions. Passwords come from its realm file.
 * Those of other users are lost.
 */
export async function oldRealm(
  { name, record, files }: LiveRealm<RealmRecord>,
  kept: KeptData,
): Promise<Realm> {
  const plan = await rememberedOrReason(name, record, files)
  const rendered = 'realm' in plan ? plan.realm : undefined
  return carryOver(carriedOver(kept))(restorable(kept.exported as unknown as Realm, rendered))
}

/** The parts of the previous realm that a new realm takes over. */
export function carriedOver({ registered, others, userIds, consents }: KeptData): CarriedOver {
  const secrets = others.flatMap(({ clientId, secret }) =>
    clientId && secret ? [[clientId, secret] as const] : [],
  )
  return { registered, secrets: new Map(secrets), userIds, consents }
}
