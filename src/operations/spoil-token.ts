import { createPublicKey } from 'node:crypto'

import { McpKeycloakError } from '../errors.ts'
import { type BadTokenKind, mintBadToken } from '../oauth/mint-bad.ts'
import type { AppliedRealm } from './applied-realm.ts'
import { signingKeyFile } from './signing-key-file.ts'

/** Kinds of bad token that are not signed with the realm's key. */
const NEEDS_NO_KEY: readonly BadTokenKind[] = ['sig', 'none']

/**
 * Makes of a realm's good access token one that is bad for one reason, with the key that we made for the realm.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` when the realm signs with another key
 */
export async function spoilToken(
  kind: BadTokenKind,
  goodToken: string,
  { keycloak, realm, endpoints }: AppliedRealm,
): Promise<string> {
  const pem = await signingKeyFile(keycloak.folder, realm.realm)
  const modulus = createPublicKey(pem).export({ format: 'jwk' }).n
  const { keys } = (await (await fetch(endpoints.jwks)).json()) as { keys: { n?: string }[] }
  if (NEEDS_NO_KEY.includes(kind) || keys.some(({ n }) => n === modulus))
    return mintBadToken(kind, goodToken, pem)
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `A token with a bad "${kind}" cannot be made for the realm "${realm.realm}".`,
    why: 'It has to be signed by the realm, whose key is not one of ours.',
    fix: `Use a realm that mcp-keycloak made; --bad ${NEEDS_NO_KEY.join(' and ')} work everywhere.`,
  })
}
