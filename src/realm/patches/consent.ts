import type { Realm } from '../schema.ts'
import { withoutPolicies } from './registration-policies.ts'

/** Removes the consent page of self-registered clients: drops the policy that asks for it. */
export function noConsent(realm: Realm): Realm {
  return withoutPolicies(realm, 'consent-required')
}
