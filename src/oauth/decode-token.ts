import { decodeJwt, decodeProtectedHeader, type ProtectedHeaderParameters } from 'jose'
import { capitalized } from '../config/capitalized.ts'

import { McpKeycloakError } from '../errors.ts'

/** The parts of an unverified JWT. */
export interface DecodedToken {
  readonly header: ProtectedHeaderParameters
  /** Values of any type. Code that reads a claim has to check its type. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** A token whose claims only its issuer can read. */
export interface UnreadableToken {
  /** The reason, as a clause: "it is encrypted (JWE)". */
  readonly unreadable: string
}

/** Reads a token as far as anyone can. Many authorization servers issue opaque or encrypted access tokens. */
export function readToken(token: string): DecodedToken | UnreadableToken {
  const parts = token.split('.', 6).length // a JWE has five
  if (parts !== 3) return { unreadable: parts === 5 ? 'it is encrypted (JWE)' : 'it is opaque, not a JWT' }
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) }
  } catch {
    return { unreadable: 'it looks like a JWT, but its header or its claims are not a JSON object' }
  }
}

/**
 * Decodes a JWT without verification (RFC 7519 §7.2).
 *
 * @throws {McpKeycloakError} `TOKEN_WRONG` for a token that is not a readable JWT
 */
export function decodeToken(token: string): DecodedToken {
  const read = readToken(token)
  if (!('unreadable' in read)) return read
  throw new McpKeycloakError('TOKEN_WRONG', {
    what: 'The claims of the token cannot be read.',
    why: `${capitalized(read.unreadable)}.`,
    fix: 'Use token introspection (RFC 7662), or let the server issue signed JWTs.',
  })
}

/** Converts a claim of any type to text. */
export function claimText(claim: unknown): string {
  const items = [claim].flat().slice(0, SHOWN_ITEMS)
  if (items.every((item) => ['string', 'number', 'boolean'].includes(typeof item))) return items.join(' ')
  return claim === undefined || claim === null ? '' : 'of an unknown form'
}

/** More than any audience or scope has. */
const SHOWN_ITEMS = 50
