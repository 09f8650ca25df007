import { alignClients } from './clients.ts'
import { alignComponents } from './components.ts'
import { alignGroups } from './groups.ts'
import type { Alignment, Thing } from './list.ts'
import { realmIds } from './realm-ids.ts'
import { alignClientRoles, alignComposites, alignRealmRoles } from './roles.ts'
import { alignScopeLists, alignScopeMappings, alignScopes } from './scopes.ts'
import {
  alignClientPolicies,
  alignIdentityProviders,
  alignRequiredActions,
  alignSettings,
  alignTexts,
} from './settings.ts'
import { alignUsers, type UsersFile } from './users.ts'

/** A realm as it is to be, and as the server has it. */
export interface Realms {
  readonly wanted: Thing
  /** With ids, and without the clients that nobody's file has: those that registered themselves. */
  readonly actual: Thing
  readonly file: UsersFile
}

/**
 * Brings a live realm to what is wanted, one setting at a time over the Admin API: what does not differ is not touched,
 * and what is there keeps its id. Authentication flows, authorization settings and organizations have to be the same.
 *
 * @throws what the Admin API refuses
 */
export async function alignRealm(at: Alignment, { wanted, actual, file }: Realms): Promise<void> {
  const ids = realmIds(at, actual)
  await alignSettings(at, wanted, actual)
  await alignTexts(at, wanted, actual)
  await alignRequiredActions(at, wanted, actual)
  await alignIdentityProviders(at, wanted, actual)
  await alignRealmRoles(at, wanted, actual)
  await alignScopes(at, wanted, actual)
  await alignScopeLists(at, ids, wanted, actual)
  await alignClients(at, ids, wanted, actual)
  await alignClientRoles(at, ids, wanted, actual)
  await alignComposites(at, ids, wanted, actual)
  await alignScopeMappings(at, ids, wanted, actual)
  await alignComponents(at, wanted, actual)
  await alignClientPolicies(at, wanted, actual)
  await alignGroups(at, ids, wanted, actual)
  await alignUsers(at, ids, wanted, actual, file)
}
