import type { Admin } from './admin.ts'

/** Default number of registrations. Some programs register for each login, several times a day. */
const REGISTRATIONS = 100

/** Default lifetime, in seconds. Keycloak removes expired tokens automatically. */
const LIFESPAN_SECONDS = 86_400

/** The limits of an initial access token. */
interface InitialAccess {
  /** Number of registrations. Default: 100. */
  readonly count?: number
  /** Lifetime. Default: a day. */
  readonly lifespanSeconds?: number
}

/**
 * Creates a token for the registration of clients in a realm. Keycloak returns it only once. Earlier tokens stay valid.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7591.html#section-1.2 RFC 7591 §1.2}
 */
export async function createInitialAccessToken(
  admin: Admin,
  realm: string,
  { count = REGISTRATIONS, lifespanSeconds = LIFESPAN_SECONDS }: InitialAccess = {},
): Promise<string | null> {
  const made = await admin.realms.createClientsInitialAccess(
    { realm },
    { count, expiration: lifespanSeconds },
  )
  return made.token ?? null
}
