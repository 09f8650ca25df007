import type { Realm } from '../schema.ts'
import { CLIENT_POLICY_NEEDS } from './client-policies.ts'
import { withKeycloakDefaults } from './defaults.ts'
import type { Need, NeedSources, UnmetNeed } from './need.ts'
import { REALM_NEEDS } from './realm.ts'
import { REGISTRATION_NEEDS } from './registration.ts'
import { SCOPE_NEEDS } from './scopes.ts'

/** The needs of MCP clients and servers, in the order in which a login meets them. */
export const NEEDS: readonly Need[] = [
  ...REALM_NEEDS.filter(({ name }) => name !== 'audience' && name !== 'user'),
  ...REGISTRATION_NEEDS,
  ...SCOPE_NEEDS,
  ...REALM_NEEDS.filter(({ name }) => name === 'audience'),
  ...CLIENT_POLICY_NEEDS,
  ...REALM_NEEDS.filter(({ name }) => name === 'user'),
]

/** A realm that meets the needs, as far as a change can. */
export interface MetNeeds {
  readonly realm: Realm
  /** The needs that a change has met. */
  readonly met: readonly UnmetNeed[]
}

/** Lists the needs that a realm does not meet. */
export function unmetNeeds(realm: Realm, sources: NeedSources): readonly UnmetNeed[] {
  const complete = withKeycloakDefaults(realm, sources)
  return NEEDS.flatMap((need) => unmet(need, complete, sources) ?? [])
}

/**
 * Adds to a realm exactly what it lacks. What the realm has stays.
 *
 * @param loosen also loosens stricter settings that are in the way
 */
export function meetNeeds(realm: Realm, sources: NeedSources, loosen: boolean): MetNeeds {
  if (unmetNeeds(realm, sources).every(({ advice }) => advice !== null)) return { realm, met: [] }
  return NEEDS.reduce<MetNeeds>(
    (before, need) => {
      const found = unmet(need, before.realm, sources)
      if (!found || !need.meet || (found.loosens !== null && !loosen)) return before
      return { realm: need.meet(before.realm, sources), met: [...before.met, found] }
    },
    { realm: withKeycloakDefaults(realm, sources), met: [] },
  )
}

function unmet(need: Need, realm: Realm, sources: NeedSources): UnmetNeed | undefined {
  const lacking = need.lacking(realm, sources)
  if (lacking.length === 0) return undefined
  const { name, title, severity, reason, url } = need
  return {
    name,
    title,
    severity,
    reason,
    url,
    lacking,
    loosens: need.loosens?.(realm) ?? null,
    advice: need.meet ? null : (need.advice?.() ?? null),
  }
}
