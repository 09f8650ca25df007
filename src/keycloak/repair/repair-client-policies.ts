import type ClientPoliciesRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientPoliciesRepresentation.js'
import type ClientProfilesRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientProfilesRepresentation.js'

import type { Admin } from '../admin.ts'
import type { MergeInto } from './repair-clients.ts'

/** Repairs a realm's client profiles and client policies from its file. Others stay, and so do additions. */
export async function repairClientPolicies(
  admin: Admin,
  realm: string,
  wanted: Readonly<Record<'profiles' | 'policies', readonly object[]>>,
  layOn: MergeInto,
): Promise<void> {
  const { profiles = [] } = await admin.clientPolicies.listProfiles({ realm })
  const mendedProfiles: ClientProfilesRepresentation = layOn({ profiles }, { profiles: wanted.profiles })
  await admin.clientPolicies.createProfiles({ realm, ...mendedProfiles })
  const { policies = [] } = await admin.clientPolicies.listPolicies({ realm })
  const mendedPolicies: ClientPoliciesRepresentation = layOn({ policies }, { policies: wanted.policies })
  await admin.clientPolicies.updatePolicy({ realm, ...mendedPolicies })
}
