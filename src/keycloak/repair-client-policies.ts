import type ClientPoliciesRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientPoliciesRepresentation.js'
import type ClientProfilesRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientProfilesRepresentation.js'

import type { Admin } from './admin.ts'

interface Named {
  readonly name?: string
}

/** Puts a realm's client profiles and client policies back as its file has them; others stay. */
export async function repairClientPolicies(
  admin: Admin,
  realm: string,
  profiles: readonly object[],
  policies: readonly object[],
): Promise<void> {
  const { profiles: profilesThere = [] } = await admin.clientPolicies.listProfiles({ realm })
  const mended = { profiles: replaced(profilesThere, profiles) } as ClientProfilesRepresentation
  await admin.clientPolicies.createProfiles({ realm, ...mended })
  const { policies: policiesThere = [] } = await admin.clientPolicies.listPolicies({ realm })
  await admin.clientPolicies.updatePolicy({
    realm,
    ...({ policies: replaced(policiesThere, policies) } as ClientPoliciesRepresentation),
  })
}

function replaced(there: readonly Named[], wanted: readonly Named[]): readonly Named[] {
  const names = new Set(wanted.map(({ name }) => name))
  return [...wanted, ...there.filter(({ name }) => !names.has(name))]
}
