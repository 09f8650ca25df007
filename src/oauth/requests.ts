import {
  AuthorizationResponseError,
  allowInsecureRequests,
  customFetch,
  ResponseBodyError,
} from 'oauth4webapi'

import { unreachable } from '../config/unreachable.ts'
import { type ErrorCode, type ErrorText, McpKeycloakError } from '../errors.ts'
import { boundedFetch, type Fetch } from './bounded-fetch.ts'

/** Bounds of the requests to a Keycloak: far more than a slow server and its largest page need. */
export const KEYCLOAK_LIMITS = { timeoutMs: 30_000, maxBytes: 1_000_000 }

const keycloakFetch = boundedFetch(KEYCLOAK_LIMITS)

/** Sends by `fetch`. Throws `KEYCLOAK_UNREACHABLE` when there is no response at all. */
export function withUnreachable(fetch: Fetch = keycloakFetch): Fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init)
    } catch (cause) {
      if (cause instanceof McpKeycloakError) throw cause
      const url = URL.parse(input instanceof Request ? input.url : String(input))
      throw unreachable(url?.origin ?? String(input), cause)
    }
  }
}

/** Whether a header can carry a token. Node's error for one that it cannot carry would quote the token. */
export function isSendable(token: string): boolean {
  return /^[\x21-\x7e]+$/.test(token)
}

/** Returns the options of all our requests. They allow plain http, which a Keycloak for development speaks. */
export function requestOptions(fetch?: Fetch) {
  return {
    [allowInsecureRequests]: true,
    [customFetch]: (url: string, options: object) => withUnreachable(fetch)(url, options),
  } as const
}

/** Texts for a refused request. */
interface RefusalText extends Pick<ErrorText, 'what' | 'fix'> {
  readonly code: ErrorCode
  /** Texts for error codes that have one known cause (RFC 6749 §4.1.2.1, §5.2). */
  readonly byError?: Readonly<Record<string, Pick<ErrorText, 'what' | 'fix'>>>
}

/**
 * Waits for a server's response. Throws an error with the reason when the server refuses. The error has no cause when it
 * quotes the server's own words in full.
 *
 * @throws {McpKeycloakError} `KEYCLOAK_UNREACHABLE` when there is no response, else `refusal.code`
 */
export async function withRefusal<Answer>(
  ask: () => Promise<Answer>,
  { code, what, fix, byError = {} }: RefusalText,
): Promise<Answer> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof McpKeycloakError) throw cause
    if (!(cause instanceof AuthorizationResponseError || cause instanceof ResponseBodyError)) {
      throw new McpKeycloakError(code, { what, fix, why: (cause as Error).message, cause })
    }
    const { error, error_description: description } = quoted(cause)
    const why = description ? `${error}: ${description}` : error
    throw new McpKeycloakError(code, { what, fix, why, ...byError[error] })
  }
}

/** The longest text of a server that an error quotes. Programs that read errors may be slow with a megabyte. */
export const LONGEST_QUOTE = 2_000

/** Quotes the server's own words. Cuts off long ones. */
export function quoted({
  error,
  error_description: description,
}: Pick<ResponseBodyError, 'error' | 'error_description'>): {
  readonly error: string
  readonly error_description: string | undefined
} {
  return {
    error: error.slice(0, LONGEST_QUOTE),
    error_description: description?.slice(0, LONGEST_QUOTE),
  }
}

/**
 * Texts for the error code `invalid_scope`.
 *
 * @param scope the requested scope
 */
export function scopeRefused(
  clientId: string,
  scope: string | undefined,
  { scopes_supported: known = [] }: { readonly scopes_supported?: readonly string[] },
): Pick<ErrorText, 'what' | 'fix'> {
  const wanted = scope?.split(' ').filter(Boolean) ?? []
  const isKnown = new Set(known)
  const unknown = wanted.filter((name) => !isKnown.has(name))
  const names = (unknown.length > 0 ? unknown : wanted).map((name) => `"${name}"`).join(', ')
  return {
    what: `The client ${clientId} may not ask for the scope ${names}.`,
    fix: `Choose from: ${[...known].sort().join(' ')}; or define it with --scope when the realm is created.`,
  }
}
