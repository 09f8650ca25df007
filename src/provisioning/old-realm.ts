import type { Kept } from '../keycloak/kept.ts'
import type { RealmRecord } from '../keycloak/realms.ts'
import { type Keepsakes, keep } from '../realm/compare/keep.ts'
import { restorable } from '../realm/compare/restorable.ts'
import type { Realm } from '../realm/schema.ts'
import { rememberedOrReason } from './plan-realm.ts'

/**
 * The realm as the server has it, so that it can be made again: all that was added by hand, too. Passwords are those of
 * the file that it was made from; those of other users are lost.
 */
export async function oldRealm(name: string, record: RealmRecord, kept: Kept): Promise<Realm> {
  const plan = await rememberedOrReason(name, record)
  const rendered = 'realm' in plan ? plan.realm : undefined
  return keep(keepsakes(kept))(restorable(kept.exported as unknown as Realm, rendered))
}

/** What a new realm takes over from what was kept of the old one. */
export function keepsakes({ registered, others, userIds, consents }: Kept): Keepsakes {
  const secrets = others.flatMap(({ clientId, secret }) =>
    clientId && secret ? [[clientId, secret] as const] : [],
  )
  return { registered, secrets: new Map(secrets), userIds, consents }
}
