import {
  AuthorizationResponseError,
  allowInsecureRequests,
  customFetch,
  ResponseBodyError,
} from 'oauth4webapi'

import { type ErrorCode, type ErrorText, McpKeycloakError, unreachable } from '../errors.ts'

/** The global `fetch`, or one in its place. */
export type Fetch = typeof globalThis.fetch

/** Asks by `fetch`; to get no answer at all is an error in our words: `KEYCLOAK_UNREACHABLE`. */
export function answered(fetch: Fetch = globalThis.fetch): Fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init)
    } catch (cause) {
      const { origin } = new URL(input instanceof Request ? input.url : input)
      throw unreachable(origin, cause)
    }
  }
}

/** Options of every request of ours by `fetch`: a Keycloak for development speaks plain http. */
export function sentBy(fetch?: Fetch) {
  return {
    [allowInsecureRequests]: true,
    [customFetch]: (url: string, options: object) => answered(fetch)(url, options),
  } as const
}

/**
 * What a server answers; that it refuses is an error with its reason.
 *
 * @throws {McpKeycloakError} `KEYCLOAK_UNREACHABLE` when there is no answer, else `refusal.code`
 */
export async function asked<Answer>(
  ask: () => Promise<Answer>,
  { code, ...text }: Pick<ErrorText, 'what' | 'fix'> & { readonly code: ErrorCode },
): Promise<Answer> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof McpKeycloakError) throw cause
    throw new McpKeycloakError(code, { ...text, why: refusalReason(cause), cause })
  }
}

/** Why an authorization server refused, in its own words where it said any (RFC 6749 §5.2). */
function refusalReason(cause: unknown): string {
  if (cause instanceof AuthorizationResponseError || cause instanceof ResponseBodyError) {
    return cause.error_description ? `${cause.error}: ${cause.error_description}` : cause.error
  }
  return (cause as Error).message
}
