import { createRemoteJWKSet, customFetch, type JWTPayload, jwtVerify } from 'jose'

import { command } from '../config/command.ts'
import { McpKeycloakError } from '../errors.ts'
import { withUnreachable } from './requests.ts'

/** The expected issuer, audience and keys of an access token. */
export interface TokenExpectation {
  readonly issuer: string
  /** The MCP URL. The token's `aud` may also contain others. */
  readonly audience: string
  readonly jwksUri: string
}

/**
 * Checks an access token as a careful MCP server does: signature against the realm's keys, `iss`, `aud`, `exp`.
 *
 * @returns its claims
 * @throws {McpKeycloakError} `TOKEN_WRONG`, which names the claim, `KEYCLOAK_UNREACHABLE`
 * @see {@link https://www.rfc-editor.org/rfc/rfc9068.html#section-4 RFC 9068 §4}
 */
export async function verifyAccessToken(token: string, expected: TokenExpectation): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(expected.jwksUri), { [customFetch]: withUnreachable() })
  try {
    const { issuer, audience } = expected
    const { payload } = await jwtVerify(token, keys, { issuer, audience, requiredClaims: ['sub', 'exp'] })
    return payload
  } catch (cause) {
    if (cause instanceof McpKeycloakError) throw cause
    if (/modulusLength/.test((cause as Error).message)) throw shortKey(expected.issuer, cause)
    throw new McpKeycloakError('TOKEN_WRONG', {
      what: 'The access token is not one that an MCP server would take.',
      why: `${(cause as Error).message}; expected iss ${expected.issuer} and aud ${expected.audience}.`,
      fix: `The realm may have been changed since it was created. To recreate it: ${command('reset-realm')}`,
      cause,
    })
  }
}

function shortKey(issuer: string, cause: unknown): McpKeycloakError {
  return new McpKeycloakError('TOKEN_WRONG', {
    what: `${issuer} signs tokens with an RSA key of less than 2,048 bits.`,
    why: 'MCP servers refuse such a signature (RFC 7518, section 3.3).',
    fix: 'Give the realm a longer key: Admin console, Realm settings, Keys, Add provider "rsa-generated", with a higher priority. For a managed realm, `--with mcp` does it.',
    cause,
  })
}
