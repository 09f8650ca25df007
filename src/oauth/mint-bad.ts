import { type CryptoKey, generateKeyPair, importPKCS8, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'

import { command } from '../config/command.ts'
import { McpKeycloakError } from '../errors.ts'
import { type DecodedToken, decodeToken } from './decode-token.ts'

/** Faults of a bad token. The rest of the token is correct. */
export const BAD_TOKEN_KINDS = ['aud', 'iss', 'exp', 'scope', 'sig', 'none'] as const
export type BadTokenKind = (typeof BAD_TOKEN_KINDS)[number]

/**
 * Faults that only `verify` tries: other forms of a wrong `aud`, a missing `iss` or `exp`, a token that is not valid yet,
 * and one that has the scopes of OpenID Connect only.
 */
const FURTHER_KINDS = [
  'aud-none',
  'aud-empty',
  'aud-account',
  'aud-origin',
  'aud-prefix',
  'aud-sibling',
  'aud-realm',
  'iss-none',
  'no-exp',
  'nbf',
  'narrow',
] as const
export type ForgedKind = BadTokenKind | (typeof FURTHER_KINDS)[number]

/** Scopes that every realm has, and that protect nothing. */
const COMMON_SCOPES = ['openid', 'profile', 'email', 'offline_access']

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
 * @param resource the MCP URL, for `aud-realm` that of another server; default: the first URL in `aud`
 * @param kid of the key; default: that of the good token
 * @throws {McpKeycloakError} `TOKEN_WRONG` when the good token's claims cannot be read or used
 * @see {@link https://www.rfc-editor.org/rfc/rfc9068.html#section-4 RFC 9068 §4}
 */
export async function mintBadToken(
  kind: ForgedKind,
  goodToken: string,
  realmKeyPem: string,
  resource?: string,
  kid?: string,
): Promise<string> {
  const decoded = decodeToken(goodToken)
  const good = kid === undefined ? decoded : { ...decoded, header: { ...decoded.header, kid } }
  try {
    const key = await signingKeyOf(kind, realmKeyPem, algorithmOf(good))
    return await minted(kind, good, key, resource ?? firstUrl(good.claims))
  } catch (cause) {
    throw new McpKeycloakError('TOKEN_WRONG', {
      what: `No token with a bad "${kind}" can be created from this token.`,
      why: `${(cause as Error).message}.`,
      fix: `Its registered claims must be of the types of RFC 7519: see ${command('token', { decode: true })}`,
      cause,
    })
  }
}

async function signingKeyOf(
  kind: ForgedKind,
  realmKeyPem: string,
  algorithm: string,
): Promise<CryptoKey | undefined> {
  if (kind === 'none') return undefined
  return kind === 'sig' ? (await generateKeyPair(algorithm)).privateKey : importPKCS8(realmKeyPem, algorithm)
}

/** The algorithm of a token that is signed with a key pair, else RS256. */
function algorithmOf({ header }: DecodedToken): string {
  const { alg } = header
  return typeof alg === 'string' && /^(?:[RPE]S\d{3}|EdDSA|Ed25519)$/.test(alg) ? alg : 'RS256'
}

/** @param key `undefined` for an unsigned token */
async function minted(
  kind: ForgedKind,
  good: DecodedToken,
  key: CryptoKey | undefined,
  resource: string,
): Promise<string> {
  const claims = forged(kind, good.claims, resource)
  if (!key) return new UnsecuredJWT(claims).encode()
  const { kid, typ } = good.header
  const header = {
    alg: algorithmOf(good),
    ...(kid !== undefined && { kid }),
    ...(typ !== undefined && { typ }),
  }
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

function firstUrl({ aud = [] }: JWTPayload): string {
  return [aud].flat().find((one) => URL.canParse(one)) ?? ANOTHER_AUDIENCE
}

/** Two scopes that begin and end like another one. A server that looks for a part of the text accepts them. */
function notQuite(scope: string): string {
  return scope && `${scope}-not not-${scope}`
}

function without(claims: JWTPayload, name: string): JWTPayload {
  return Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))
}

function forged(kind: ForgedKind, claims: JWTPayload, resource: string): JWTPayload {
  const { exp = 0, iat = 0 } = claims
  switch (kind) {
    case 'aud':
      return { ...claims, aud: ANOTHER_AUDIENCE }
    case 'iss':
      return { ...claims, iss: `${claims.iss}-of-somebody-else` }
    case 'exp':
      return { ...claims, iat: iat - 2 * HOUR_SECONDS, exp: exp - 2 * HOUR_SECONDS }
    case 'scope':
      return { ...claims, scope: `none ${`${claims.scope ?? ''}`.split(' ').map(notQuite).join(' ')}`.trim() }
    case 'aud-none':
      return without(claims, 'aud')
    case 'aud-empty':
      return { ...claims, aud: [] }
    case 'aud-account':
      return { ...claims, aud: 'account' }
    case 'aud-origin':
      return { ...claims, aud: new URL(resource).origin }
    case 'aud-prefix':
      return { ...claims, aud: `${resource}.another-server.example/mcp` }
    case 'aud-sibling':
      return { ...claims, aud: new URL('/another-server/mcp', resource).href }
    case 'aud-realm':
      return { ...claims, aud: resource }
    case 'iss-none':
      return without(claims, 'iss')
    case 'no-exp':
      return without(claims, 'exp')
    case 'nbf':
      return { ...claims, nbf: exp + HOUR_SECONDS, exp: exp + 2 * HOUR_SECONDS }
    case 'narrow':
      return {
        ...claims,
        scope: `${claims.scope ?? ''}`
          .split(' ')
          .filter((scope) => COMMON_SCOPES.includes(scope))
          .join(' '),
      }
    case 'sig':
    case 'none':
      return claims
  }
}
