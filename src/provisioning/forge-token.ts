import { command } from '../config/command.ts'
import { McpKeycloakError } from '../errors.ts'
import { addVerifyingKey, hasKey, readPublicKeys } from '../keycloak/signing-keys.ts'
import { readToken } from '../oauth/decode-token.ts'
import { type ForgedKind, mintBadToken } from '../oauth/mint-bad.ts'
import { BAD_TOKEN_KEY, KEY_PROVIDER } from '../realm/patches/signing-key.ts'
import type { AppliedRealm } from './applied-realm.ts'
import { badTokenKey, type KeyKind, readSigningKey } from './signing-key-file.ts'

/** Kinds of bad token that are not signed with the realm's key. */
const NEEDS_NO_KEY: readonly ForgedKind[] = ['sig', 'none']

/** The kind of key for each algorithm. */
const KEY_KINDS: Readonly<Record<string, KeyKind>> = {
  ...{ RS256: 'rsa', RS384: 'rsa', RS512: 'rsa', PS256: 'rsa', PS384: 'rsa', PS512: 'rsa' },
  ...{ ES256: 'P-256', ES384: 'P-384', ES512: 'P-521', EdDSA: 'ed25519', Ed25519: 'ed25519' },
}

/**
 * Forges a token with one fault from a good access token, signed with the key that mcp-keycloak gave the realm. A managed
 * realm with keys of its own gets a key for bad tokens, of the same kind, with which it signs nothing.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` when the realm is not managed, or signs tokens with a secret
 */
export async function forgeToken(
  kind: ForgedKind,
  goodToken: string,
  { admin, keycloak, realm: file, gone, isManaged }: AppliedRealm,
  resource?: string,
): Promise<string> {
  const { realm } = file
  const key = (await readSigningKey(keycloak.folder, realm)) ?? ''
  if (NEEDS_NO_KEY.includes(kind) || hasKey(await readPublicKeys(admin, realm), [key]))
    return mintBadToken(kind, goodToken, key, resource)
  const algorithm = algorithmOf(goodToken)
  const keyKind = KEY_KINDS[algorithm]
  const bringsKeys = isManaged && gone === null && file.components?.[KEY_PROVIDER] !== undefined
  if (!bringsKeys || keyKind === undefined) throw noKey(kind, realm, algorithm, bringsKeys)
  const privateKeyPem = await badTokenKey(keycloak.folder, realm, keyKind)
  const kid = await addVerifyingKey(admin, realm, { name: BAD_TOKEN_KEY, privateKeyPem, algorithm })
  return mintBadToken(kind, goodToken, privateKeyPem, resource, kid)
}

function algorithmOf(token: string): string {
  const read = readToken(token)
  return 'unreadable' in read ? '' : String(read.header.alg)
}

function noKey(kind: ForgedKind, realm: string, algorithm: string, bringsKeys: boolean): McpKeycloakError {
  const others = `--bad ${NEEDS_NO_KEY.join(' and ')} work everywhere.`
  return new McpKeycloakError('USAGE_INVALID', {
    what: `A token with a bad "${kind}" cannot be made for the realm "${realm}".`,
    why: bringsKeys
      ? `Its tokens are signed with ${algorithm}, for which a realm takes no second key.`
      : 'Its signer is the realm, whose key is not one of ours.',
    fix: bringsKeys
      ? `Let clients have tokens of RS256, ES256 or EdDSA; ${others}`
      : `Use a realm that mcp-keycloak made on this machine: ${command('up')}; ${others}`,
  })
}
