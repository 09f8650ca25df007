import { decodeJwt, decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters } from 'jose'

/** A JWT taken apart; nothing of it is verified. */
export interface DecodedToken {
  readonly header: ProtectedHeaderParameters
  readonly claims: JWTPayload
}

/** Takes a JWT apart (RFC 7519 §7.2, without the verification). */
export function decodeToken(token: string): DecodedToken {
  return { header: decodeProtectedHeader(token), claims: decodeJwt(token) }
}
