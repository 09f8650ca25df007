import type { Realm } from '../schema.ts'
import { withoutPolicies } from './registration-policies.ts'

/** No consent page for clients that register themselves: the policy that asks for one is left out. */
export function noConsent(realm: Realm): Realm {
  return withoutPolicies(realm, 'consent-required')
}
