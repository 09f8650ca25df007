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
  const admin = keptFor(SESSION_MS, () => adminLogin(login), first && Promise.resolve(first))
  const self = keptFor(SESSION_MS, async () => serverSelf(await admin()))
  return {
    admin,
    async acquaintance() {
      const [known, server] = await Promise.all([admin(), self()])
      return { admin: known, self: server }
    },
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
