import { isObject } from './overlay.ts'
import { withValues } from './placeholders.ts'
import { derivedId, type NewIds, newIds, withIds } from './realm-ids.ts'
import type { Realm, RealmPatch } from './schema.ts'

/**
 * The role that Keycloak gives to a realm's users. Its name contains the realm's name in lower case. A realm file has
 * to list it for each user.
 */
export function defaultRolesName(realm: string): string {
  return `default-roles-${realm.toLowerCase()}`
}

/** The name of the default role that a realm file or a live realm declares; `undefined` for a file without one. */
export function declaredDefaultRole({ defaultRole }: Realm): string | undefined {
  const { name } = (defaultRole ?? {}) as { readonly name?: unknown }
  return typeof name === 'string' ? name : undefined
}

/** The name of the role that all users of a realm get. It may contain another realm's name, after a rename. */
export function defaultRoleName(realm: Realm): string {
  return declaredDefaultRole(realm) ?? defaultRolesName(realm.realm)
}

/** A user's id, derived from the realm and the name: `sub` is the same in every realm from the same options. */
export function userId(realm: string, username: string): string {
  return derivedId(realm, username)
}

/** Renames the realm, with all names and ids that depend on the realm's name. */
export function realmName(name: string): RealmPatch {
  return (realm) => {
    if (name === realm.realm) return realm
    const renamed = withDefaultRolesOf(realm, realm.realm, name)
    return { ...withIds(renamed, idsUnder(name, realm)), realm: name }
  }
}

/** The ids of a realm file, each with the one that it gets under another name. */
export function idsUnder(name: string, realm: Realm): NewIds {
  const ofUsers = (realm.users ?? []).flatMap(({ id, username }) =>
    typeof id === 'string' ? [[id, userId(name, username)] as const] : [],
  )
  return new Map([...newIds(name, realm), ...ofUsers])
}

/** Replaces the name of one realm's default role by that of another realm, at every depth. */
export function withDefaultRolesOf<T>(value: T, from: string, to: string): T {
  const isName = typeof value === 'string' && value.toLowerCase() === defaultRolesName(from)
  if (isName) return defaultRolesName(to) as T
  if (Array.isArray(value)) return value.map((item) => withDefaultRolesOf(item, from, to)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withDefaultRolesOf(inner, from, to)]),
  ) as T
}

/** The fixed address of a realm; `undefined` for a realm that has the address of its server. */
export function frontEndUrl({ attributes, ...realm }: Realm): string | undefined {
  const fixed = isObject(attributes)
    ? withValues(attributes.frontendUrl, { ...realm, attributes })
    : undefined
  return typeof fixed === 'string' && fixed !== '' ? fixed : undefined
}
