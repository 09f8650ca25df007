import type { Admin } from './admin.ts'

/** Programs that register for each login use up several a day. */
const REGISTRATIONS = 100

/** Seconds: a working day and the evening. Keycloak forgets expired ones by itself. */
const LIFESPAN_SECONDS = 86_400

/** How much an initial access token is good for. */
interface InitialAccess {
  /** How many registrations; default: 100. */
  readonly count?: number
  /** Default: a day. */
  readonly lifespanSeconds?: number
}

/**
 * Makes a token with which clients may register in a realm. Keycloak shows it once and cannot be asked for it again;
 * earlier ones stay good.
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
