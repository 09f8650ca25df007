import { type CryptoKey, generateKeyPair, importPKCS8, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'

import { command } from '../config/command.ts'
import { McpKeycloakError } from '../errors.ts'
import { type DecodedToken, decodeToken } from './decode-token.ts'

/** Faults of a bad token. The rest of the token is correct. */
export const BAD_TOKEN_KINDS = ['aud', 'iss', 'exp', 'scope', 'sig', 'none'] as const
export type BadTokenKind = (typeof BAD_TOKEN_KINDS)[number]

/** The audience of the token whose `aud` is wrong. */
export const ANOTHER_AUDIENCE = 'https://another-server.example/mcp'

const HOUR_SECONDS = 3600

/**
 * Creates a token with one fault from a good access token. A correct server must refuse it. The realm's own key signs
 * it, except for two kinds. For `sig`, another key of the same `kid` signs it. For `none`, it has no signature and says
 * so (`alg: none`).
 *
 * @param goodToken an access token of the realm
 * @param realmKeyPem the realm's private key, PKCS#8; not used for `sig` and `none`
 * @throws {McpKeycloakError} `TOKEN_WRONG` when the good token's claims cannot be read or used
 * @see {@link https://www.rfc-editor.org/rfc/rfc9068.html#section-4 RFC 9068 §4}
 */
export async function mintBadToken(
  kind: BadTokenKind,
  goodToken: string,
  realmKeyPem: string,
): Promise<string> {
  const good = decodeToken(goodToken)
  const key = await signingKeyOf(kind, realmKeyPem)
  try {
    return await minted(kind, good, key)
  } catch (cause) {
    throw new McpKeycloakError('TOKEN_WRONG', {
      what: `No token with a bad "${kind}" can be created from this token.`,
      why: `${(cause as Error).message}.`,
      fix: `Its registered claims must be of the types of RFC 7519: see ${command('token', { decode: true })}`,
      cause,
    })
  }
}

async function signingKeyOf(kind: BadTokenKind, realmKeyPem: string): Promise<CryptoKey | undefined> {
  if (kind === 'none') return undefined
  return kind === 'sig' ? (await generateKeyPair('RS256')).privateKey : importPKCS8(realmKeyPem, 'RS256')
}

/** @param key `undefined` for an unsigned token */
async function minted(kind: BadTokenKind, good: DecodedToken, key: CryptoKey | undefined): Promise<string> {
  const claims = spoiled(kind, good.claims)
  if (!key) return new UnsecuredJWT(claims).encode()
  const { kid, typ } = good.header
  const header = { alg: 'RS256', ...(kid !== undefined && { kid }), ...(typ !== undefined && { typ }) }
  return new SignJWT(claims).setProtectedHeader(header).sign(key)
}

/**
 * Creates a token with these claims that has no signature and says so (`alg: none`).
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725.html#section-3.2 RFC 8725 §3.2}
 */
export function unsignedToken(claims: JWTPayload): string {
  return new UnsecuredJWT(claims).setIssuedAt().setExpirationTime('5m').encode()
}

function spoiled(kind: BadTokenKind, claims: JWTPayload): JWTPayload {
  const { exp = 0, iat = 0 } = claims
  switch (kind) {
    case 'aud':
      return { ...claims, aud: ANOTHER_AUDIENCE }
    case 'iss':
      return { ...claims, iss: `${claims.iss}-of-somebody-else` }
    case 'exp':
      return { ...claims, iat: iat - 2 * HOUR_SECONDS, exp: exp - 2 * HOUR_SECONDS }
    case 'scope':
      return { ...claims, scope: 'none-that-a-server-asks-for' }
    case 'sig':
    case 'none':
      return claims
  }
}
