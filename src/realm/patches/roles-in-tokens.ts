import type { Realm } from '../schema.ts'

/** The scope that every client has, whatever it registered with. */
const EVERY_CLIENT_SCOPE = 'basic'

/** Whether a realm says by itself which roles go into the tokens of clients that do not get all of them. */
export function mapsRoles(realm: Realm): boolean {
  return realm.scopeMappings?.some(({ clientScope }) => clientScope === EVERY_CLIENT_SCOPE) ?? false
}

/**
 * Where roles are mapped on the scope of every client, maps all that the realm defines: a client without "full scope"
 * gets only the mapped ones into its tokens. A realm without such a mapping stays as it is.
 *
 * @see {@link https://www.keycloak.org/docs/latest/server_admin/#_role_scope_mappings Keycloak: role scope mappings}
 */
export function rolesInTokens(realm: Realm): Realm {
  if (!mapsRoles(realm)) return realm
  const defined = realm.roles?.realm?.map(({ name }) => name) ?? []
  const scopeMappings = realm.scopeMappings?.map((mapping) => {
    if (mapping.clientScope !== EVERY_CLIENT_SCOPE) return mapping
    return { ...mapping, roles: [...new Set([...(mapping.roles ?? []), ...defined])] }
  })
  return { ...realm, scopeMappings }
}
