import type { Realm } from './schema.ts'

/** The client scopes that a client can see in the metadata and ask for. */
export function publicScopes(realm: Realm): readonly string[] {
  return (realm.clientScopes ?? [])
    .filter(({ attributes }) => attributes?.['include.in.openid.provider.metadata'] !== 'false')
    .map(({ name }) => name)
}
