import { McpKeycloakError } from '../errors.ts'
import { hasKey, readPublicKeys } from '../keycloak/signing-keys.ts'
import { type ForgedKind, mintBadToken } from '../oauth/mint-bad.ts'
import type { AppliedRealm } from './applied-realm.ts'
import { readSigningKey } from './signing-key-file.ts'

/** Kinds of bad token that are not signed with the realm's key. */
const NEEDS_NO_KEY: readonly ForgedKind[] = ['sig', 'none']

/**
 * Forges a token with one fault from a good access token, signed with the key that mcp-keycloak gave the realm.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` when the realm signs with another key
 */
export async function spoilToken(
  kind: ForgedKind,
  goodToken: string,
  { admin, keycloak, realm: { realm } }: AppliedRealm,
  resource?: string,
): Promise<string> {
  const key = (await readSigningKey(keycloak.folder, realm)) ?? ''
  if (NEEDS_NO_KEY.includes(kind) || hasKey(await readPublicKeys(admin, realm), [key]))
    return mintBadToken(kind, goodToken, key, resource)
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `A token with a bad "${kind}" cannot be made for the realm "${realm}".`,
    why: 'It has to be signed by the realm, whose key is not one of ours.',
    fix: `Use a realm that mcp-keycloak made on this machine; --bad ${NEEDS_NO_KEY.join(' and ')} work everywhere.`,
  })
}
