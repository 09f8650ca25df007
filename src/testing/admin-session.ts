import { type Admin, type AdminLogin, adminLogin } from '../keycloak/admin.ts'
import { serverSelf } from '../keycloak/server-info.ts'
import type { Acquaintance } from '../operations/provision.ts'

/** Keycloak ends a session after half an hour of idleness; it is renewed long before. */
const SESSION_MS = 300_000

/** A login that is used again and again, and what the server told of itself after it. */
export interface AdminSession {
  admin(): Promise<Admin>
  acquaintance(): Promise<Acquaintance>
}

/**
 * Logs in when it has to, and goes on with the same session for a while; so that a realm costs no login.
 *
 * @param first somebody who is logged in already
 */
export function adminSession(login: AdminLogin, first?: Admin): AdminSession {
  const loggedIn = keptFor(SESSION_MS, () => adminLogin(login), first && Promise.resolve(first))
  const renewed = renewal()
  const admin = async () => renewed(await loggedIn())
  const self = keptFor(SESSION_MS, async () => serverSelf(await admin()))
  return {
    admin,
    async acquaintance() {
      const [known, server] = await Promise.all([admin(), self()])
      return { admin: known, self: server }
    },
  }
}

/**
 * Renews an expired token by the session's refresh token, once for all who ask. A login takes a Keycloak with its own
 * settings 140 ms, because it hashes the password. Where there is no session any more, the administrator logs in with the next call.
 */
function renewal(): (admin: Admin) => Promise<Admin> {
  let renewing: Promise<void> | undefined
  return async (admin) => {
    if (!admin.isTokenExpired() || admin.refreshToken === undefined) return admin
    const credentials = {
      grantType: 'refresh_token',
      clientId: 'admin-cli',
      refreshToken: admin.refreshToken,
    } as const
    renewing ??= admin
      .auth(credentials)
      .catch(() => {})
      .finally(() => {
        renewing = undefined
      })
    await renewing
    return admin
  }
}

/** What was got once is good for a while; what failed is tried again by the next one. */
function keptFor<Result>(
  ms: number,
  get: () => Promise<Result>,
  first?: Promise<Result>,
): () => Promise<Result> {
  let kept = first && { result: first, since: Date.now() }
  return () => {
    if (kept && Date.now() - kept.since < ms) return kept.result
    const result = get()
    const begun = { result, since: Date.now() }
    kept = begun
    result.catch(() => {
      if (kept === begun) kept = undefined
    })
    return result
  }
}
