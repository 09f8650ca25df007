import { createHash } from 'node:crypto'

import type { RealmPatch } from './schema.ts'

/**
 * The role that Keycloak gives to a realm's users; a file has to name it for each user, and it has the realm's name in
 * it, in lower case.
 */
export function defaultRolesName(realm: string): string {
  return `default-roles-${realm.toLowerCase()}`
}

/**
 * A user's id, always the same for a realm and a name, so that `sub` is the same in every realm made from the same
 * options; of another realm it is another one, because Keycloak takes an id once only in all its realms.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9562.html#section-5.8 RFC 9562 §5.8} (version 8: our own choice of bits)
 */
export function userId(realm: string, username: string): string {
  const hex = createHash('sha256').update(`mcp-keycloak ${realm} ${username}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Gives the realm another name, and what has its name in it or must differ between realms. */
export function realmName(name: string): RealmPatch {
  return (realm) => {
    if (name === realm.realm) return realm
    const before = defaultRolesName(realm.realm)
    const after = defaultRolesName(name)
    const renamed = (roles: readonly string[]) => roles.map((role) => (role === before ? after : role))
    const users = realm.users?.map((user) => ({
      ...user,
      ...(user.id !== undefined && { id: userId(name, user.username) }),
      ...(user.realmRoles && { realmRoles: renamed(user.realmRoles) }),
    }))
    const scopeMappings = realm.scopeMappings?.map((mapping) => ({
      ...mapping,
      ...(mapping.roles && { roles: renamed(mapping.roles) }),
    }))
    return { ...realm, realm: name, ...(users && { users }), ...(scopeMappings && { scopeMappings }) }
  }
}
