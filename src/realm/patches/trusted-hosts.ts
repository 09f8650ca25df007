import type { RealmPatch } from '../schema.ts'
import { permitDocumentHosts } from './client-metadata-documents.ts'
import { addToPolicies } from './registration-policies.ts'

/**
 * Trusts more hosts in the URIs of a client that registers itself or has a metadata document. These are its redirect
 * URIs, its home page and the document itself.
 *
 * @param hosts names, `*.example.com` or `[::1]`: no scheme, no port
 * @throws {McpKeycloakError} `REALM_INVALID` when the realm has no such list
 */
export function trustedHosts(hosts: readonly string[]): RealmPatch {
  const list = {
    providerId: 'trusted-hosts',
    key: 'trusted-hosts',
    flag: '--trusted-host',
    registrants: ['anonymous', 'authenticated'],
  } as const
  return (realm) => permitDocumentHosts(addToPolicies(realm, list, hosts), hosts)
}
