import { importUser } from '../keycloak/import-user.ts'
import type { AppliedRealm } from '../provisioning/applied-realm.ts'
import { type NewUser, realmUser, type TestUser, testUsers } from '../realm/patches/users.ts'
import { withValues } from '../realm/placeholders.ts'
import type { Realm } from '../realm/schema.ts'

/** The users of a test realm. */
export interface TestUsers extends Iterable<TestUser> {
  /** Adds a user who can log in. Roles may belong to the realm or to a client. */
  add(user: NewUser): Promise<TestUser>
}

/** Returns the users from the realm file, and those that a test adds. */
export function usersOf(realm: Realm, applied: () => Promise<AppliedRealm>): TestUsers {
  const known = [...testUsers(withValues(realm, realm))]
  return {
    [Symbol.iterator]: () => known[Symbol.iterator](),
    async add(user) {
      const { admin } = await applied()
      const file = realmUser(user, realm)
      await importUser(admin, realm.realm, file)
      const added = testUsers({ ...realm, users: [file] })
      known.push(...added)
      return added[0] as TestUser
    },
  }
}
