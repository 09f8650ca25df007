import { createHash } from 'node:crypto'

import type { RealmPatch } from './schema.ts'

/**
 * The role that Keycloak gives to a realm's users. Its name contains the realm's name in lower case. A realm file has
 * to list it for each user.
 */
export function defaultRolesName(realm: string): string {
  return `default-roles-${realm.toLowerCase()}`
}

/**
 * A user's id, derived from the realm and the name: `sub` is the same in every realm from the same options. Ids differ
 * between realms, because Keycloak accepts an id only once across all its realms.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9562.html#section-5.8 RFC 9562 §5.8} (version 8: our own choice of bits)
 */
export function userId(realm: string, username: string): string {
  const hex = createHash('sha256').update(`mcp-keycloak ${realm} ${username}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Renames the realm, with all names and ids that depend on the realm's name. */
export function realmName(name: string): RealmPatch {
  return (realm) => {
    if (name === realm.realm) return realm
    const renamed = withDefaultRolesOf(realm, realm.realm, name)
    const users = renamed.users?.map((user) =>
      user.id === undefined ? user : { ...user, id: userId(name, user.username) },
    )
    return { ...renamed, realm: name, ...(users && { users }) }
  }
}

/** Replaces the name of one realm's default role by that of another realm, at every depth. */
export function withDefaultRolesOf<T>(value: T, from: string, to: string): T {
  if (value === defaultRolesName(from)) return defaultRolesName(to) as T
  if (Array.isArray(value)) return value.map((item) => withDefaultRolesOf(item, from, to)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withDefaultRolesOf(inner, from, to)]),
  ) as T
}
