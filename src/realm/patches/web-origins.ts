import type { RealmPatch } from '../schema.ts'
import { addToPolicies } from './registration-policies.ts'

/**
 * Lets pages of more origins register a client from a browser. Keycloak derives a client's origins for the token
 * endpoint from its redirect URIs.
 *
 * @param origins exact: `http://localhost:5173`
 * @throws {McpKeycloakError} `REALM_INVALID` when the realm has no such list
 */
export function webOrigins(origins: readonly string[]): RealmPatch {
  const list = {
    providerId: 'registration-web-origins',
    key: 'web-origins',
    flag: '--origin',
    registrants: ['anonymous', 'authenticated'],
  } as const
  return (realm) => addToPolicies(realm, list, origins)
}
