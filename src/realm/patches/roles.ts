import type { RealmPatch } from '../schema.ts'

/** Adds realm roles; an existing one stays unchanged. */
export function roles(names: readonly string[]): RealmPatch {
  return (realm) => {
    const before = realm.roles?.realm ?? []
    const known = new Set(before.map(({ name }) => name))
    const added = [...new Set(names)].filter((name) => !known.has(name)).map((name) => ({ name }))
    return { ...realm, roles: { ...realm.roles, realm: [...before, ...added] } }
  }
}
