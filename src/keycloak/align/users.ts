import type CredentialRepresentation from '@keycloak/keycloak-admin-client/lib/defs/credentialRepresentation.js'
import type UserRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userRepresentation.js'

import { inBatches } from '../in-batches.ts'
import { readyHashes } from '../ready-hashes.ts'
import { alignMemberships } from './groups.ts'
import type { Alignment, Thing } from './list.ts'
import { alignList, inner, text, things, without, withRemovals } from './list.ts'
import type { RealmIds } from './realm-ids.ts'
import { alignMappings, roleNames } from './roles.ts'

/** Fields that have their own addresses in the Admin API. */
const APART = ['realmRoles', 'clientRoles', 'groups', 'credentials', 'serviceAccountClientId']

/** The users of a realm file, and those that the server imported from it. */
export interface UsersFile {
  /** Users and their credentials from the file. */
  readonly users: readonly Thing[]
  /** Ids for missing users, by user name. An id in the file comes first. */
  readonly formerIds: ReadonlyMap<string, string>
}

/**
 * Aligns users: settings, credentials, roles and groups. Existing users keep their ids, sessions and consents. The roles
 * and groups must exist.
 *
 * @param file absent: users that exist keep their credentials
 */
export async function alignUsers(
  at: Alignment,
  ids: RealmIds,
  wanted: Thing,
  actual: Thing,
  file: UsersFile | undefined,
): Promise<void> {
  const { admin, realm } = at
  const inFile = new Map((file?.users ?? []).map((user) => [text(user, 'username').toLowerCase(), user]))
  const missing: Thing[] = []
  const present: (readonly [Thing, Thing])[] = []
  await alignList(at, {
    wanted: wanted.users,
    actual: actual.users,
    key: (user) => text(user, 'username'),
    ...(file && { isSame: () => false }), // credentials cannot be compared
    create: async (user) => missing.push(user),
    update: async (user, there) => {
      const isSameUser = user.id === undefined || user.id === there.id
      if (isSameUser) present.push([user, there])
      else {
        await admin.users.del({ realm, id: text(there, 'id') })
        missing.push(user)
      }
    },
    remove: (there) => admin.users.del({ realm, id: text(there, 'id') }),
  })
  const people = missing.filter((user) => user.serviceAccountClientId === undefined)
  if (people.length > 0) {
    const users = people.map((user) => {
      const username = text(user, 'username')
      const declared = inFile.get(username)
      const id = user.id ?? file?.formerIds.get(username)
      const credentials = readyHashes(things(declared?.credentials))
      return { ...declared, ...user, ...(id !== undefined && { id }), credentials } as UserRepresentation
    })
    await admin.realms.partialImport({ realm, rep: { ifResourceExists: 'FAIL', users } })
  }
  for (const user of missing.filter((one) => one.serviceAccountClientId !== undefined)) {
    const client = ids.client(text(user, 'serviceAccountClientId'))
    if (client === undefined) continue
    const there = await admin.clients.getServiceAccountUser({ realm, id: client })
    present.push([user, { ...there }])
  }
  await inBatches(present, async ([user, there]) => {
    const id = text(there, 'id')
    if (file) await updateUser(at, user, there, inFile.get(text(user, 'username')))
    await alignMappings(
      ids,
      roleNames(user.realmRoles, inner(user, 'clientRoles')),
      roleNames(there.realmRoles, inner(there, 'clientRoles')),
      {
        add: (roles) => admin.users.addRealmRoleMappings({ realm, id, roles: [...roles] }),
        remove: (roles) => admin.users.delRealmRoleMappings({ realm, id, roles: [...roles] }),
        addOfClient: (clientUniqueId, roles) =>
          admin.users.addClientRoleMappings({ realm, id, clientUniqueId, roles: [...roles] }),
        removeOfClient: (clientUniqueId, roles) =>
          admin.users.delClientRoleMappings({ realm, id, clientUniqueId, roles: [...roles] }),
      },
    )
    await alignMemberships(at, ids, id, user.groups, there.groups)
  })
}

/** Updates a user who differs, and sets the file's credentials again: the current ones cannot be read. */
async function updateUser(
  at: Alignment,
  user: Thing,
  there: Thing,
  declared: Thing | undefined,
): Promise<void> {
  const { admin, realm } = at
  const id = text(there, 'id')
  const bare = (one: Thing) => without(at.settings(one), ...APART)
  const isServiceAccount = user.serviceAccountClientId !== undefined
  const credentials = things(declared?.credentials)
  const keeps = credentials.some(({ type }) => type === 'password')
  if (!isServiceAccount) {
    for (const { id: credentialId = '', type } of await admin.users.getCredentials({ realm, id }))
      if (type !== 'password' || !keeps) await admin.users.deleteCredential({ realm, id, credentialId })
  }
  if (credentials.length === 0 && at.isSame(bare(user), bare(there))) return
  await admin.users.update(
    { realm, id },
    {
      ...withRemovals(bare(user), bare(there)),
      attributes: inner(user, 'attributes'),
      ...(credentials.length > 0 && {
        credentials: readyHashes(credentials) as CredentialRepresentation[],
      }),
    },
  )
}
