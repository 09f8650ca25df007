import type { JWK } from 'jose'

import type { Fetch } from './bounded-fetch.ts'
import type { ServerMetadata } from './discover.ts'

/**
 * Reads the public keys of an authorization server (RFC 7517 §5). Returns none when they cannot be read, because other
 * checks report that.
 */
export async function readPublicJwks(
  { jwks_uri: url }: ServerMetadata,
  fetch: Fetch,
): Promise<readonly JWK[]> {
  if (url === undefined) return []
  try {
    const { keys } = (await (await fetch(url)).json()) as { readonly keys?: unknown }
    return Array.isArray(keys) ? keys.filter(isKey) : []
  } catch {
    return []
  }
}

function isKey(value: unknown): value is JWK {
  return typeof value === 'object' && value !== null && (value as JWK).kty === 'RSA'
}
