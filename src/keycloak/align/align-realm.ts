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

/** A realm in its wanted state and in its state on the server. */
export interface Realms {
  readonly wanted: Thing
  /** The realm on the server, with ids and without self-registered clients. */
  readonly actual: Thing
  /** Absent: users keep their credentials. */
  readonly file?: UsersFile
}

/**
 * Brings a live realm to its wanted state, one setting at a time over the Admin API. Equal settings are not touched, and
 * existing things keep their ids. Authentication flows, authorization settings and organizations have to be equal.
 *
 * @throws the Admin API's refusal
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
