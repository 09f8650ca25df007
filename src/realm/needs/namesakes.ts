import { strings } from '../lists.ts'
import type { Realm } from '../schema.ts'
import type { NeedSources } from './need.ts'

/** The SAML scopes with names that OpenID Connect scopes need. Keycloak gives no two scopes one name. */
function samlNamesakes({ clientScopes = [] }: Realm, names: readonly string[]): readonly string[] {
  return clientScopes.flatMap(({ name, protocol }) =>
    protocol === 'saml' && names.includes(name) ? name : [],
  )
}

/** Names the SAML scopes that {@link withoutNamesakes} renames. */
export function renamedScopes(
  realm: Realm,
  names: readonly string[],
  { isLive }: NeedSources,
): string | undefined {
  const found = isLive ? [] : samlNamesakes(realm, names)
  if (found.length === 0) return undefined
  return `the name of the SAML scope ${found.map((name) => `"${name}"`).join(' and ')}, which gets the ending "-saml"`
}

/** Renames SAML scopes whose names OpenID Connect scopes need, in all lists. */
export function withoutNamesakes(realm: Realm, names: readonly string[]): Realm {
  const found = samlNamesakes(realm, names)
  if (found.length === 0) return realm
  const renamed = (name: string) => (found.includes(name) ? `${name}-saml` : name)
  const lists = <Part extends object>(part: Part, keys: readonly (keyof Part)[]): Part => ({
    ...part,
    ...Object.fromEntries(keys.flatMap((key) => (part[key] ? [[key, strings(part[key]).map(renamed)]] : []))),
  })
  return {
    ...lists(realm, ['defaultDefaultClientScopes', 'defaultOptionalClientScopes']),
    clientScopes: realm.clientScopes?.map((scope) => ({ ...scope, name: renamed(scope.name) })),
    ...(realm.clients && {
      clients: realm.clients.map((client) =>
        client.protocol === 'saml' ? lists(client, ['defaultClientScopes', 'optionalClientScopes']) : client,
      ),
    }),
    ...(realm.scopeMappings && {
      scopeMappings: realm.scopeMappings.map((mapping) =>
        mapping.clientScope === undefined
          ? mapping
          : { ...mapping, clientScope: renamed(mapping.clientScope) },
      ),
    }),
  }
}
