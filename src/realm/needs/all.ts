import type { Realm } from '../schema.ts'
import { CLIENT_POLICY_NEEDS } from './client-policies.ts'
import { withKeycloakDefaults } from './defaults.ts'
import { LOCAL_NEEDS } from './local-copy.ts'
import type { Need, NeedSources, UnmetNeed } from './need.ts'
import { REALM_NEEDS } from './realm.ts'
import { REGISTRATION_NEEDS } from './registration.ts'
import { SCOPE_NEEDS } from './scopes.ts'
import { longKey, usualAlgorithm } from './signing-key.ts'

/** The needs of MCP clients and servers, in the order in which a login meets them. */
export const NEEDS: readonly Need[] = [
  ...REALM_NEEDS.filter(({ name }) => name !== 'audience' && name !== 'user'),
  ...LOCAL_NEEDS,
  longKey,
  usualAlgorithm,
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

/** The change that meets one need. */
export interface NeedStep {
  readonly need: UnmetNeed
  readonly before: Realm
  readonly after: Realm
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
  const steps = needSteps(realm, sources, loosen)
  return { realm: steps.at(-1)?.after ?? realm, met: steps.map(({ need }) => need) }
}

/** Lists the changes of {@link meetNeeds}, one for each need. The first one begins with Keycloak's defaults written out. */
export function needSteps(realm: Realm, sources: NeedSources, loosen: boolean): readonly NeedStep[] {
  const steps: NeedStep[] = []
  let before = withKeycloakDefaults(realm, sources)
  for (const need of NEEDS) {
    const found = unmet(need, before, sources)
    if (!found || !need.meet || (found.loosens !== null && !loosen)) continue
    const after = need.meet(before, sources)
    steps.push({ need: found, before, after })
    before = after
  }
  return steps
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
    loosens: need.loosens?.(realm, sources) ?? null,
    advice: need.meet ? null : (need.advice?.() ?? null),
  }
}
