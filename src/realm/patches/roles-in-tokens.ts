import type { Realm } from '../schema.ts'

/** The scope that every client has, whatever it registered with. */
const EVERY_CLIENT_SCOPE = 'basic'

/** Whether a realm chooses which roles go into the tokens of clients without "full scope". */
export function mapsRoles(realm: Realm): boolean {
  return realm.scopeMappings?.some(({ clientScope }) => clientScope === EVERY_CLIENT_SCOPE) ?? false
}

/**
 * Adds all realm roles to the role mapping on the scope of every client. A client without "full scope" gets only mapped
 * roles into its tokens. A realm without such a mapping stays unchanged.
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
