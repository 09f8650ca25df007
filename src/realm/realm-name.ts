import type { RealmPatch } from './schema.ts'

/** The role that Keycloak gives to a realm's users; a file has to name it for each user, and it has the realm's name in it. */
export function defaultRolesName(realm: string): string {
  return `default-roles-${realm}`
}

/** Gives the realm another name. */
export function realmName(name: string): RealmPatch {
  return (realm) => {
    const before = defaultRolesName(realm.realm)
    const after = defaultRolesName(name)
    const users = realm.users?.map((user) => ({
      ...user,
      ...(user.realmRoles && { realmRoles: user.realmRoles.map((role) => (role === before ? after : role)) }),
    }))
    return { ...realm, realm: name, ...(users && { users }) }
  }
}
