import { type Admin, type AdminLogin, adminLogin } from '../keycloak/admin.ts'
import { serverSelf } from '../keycloak/server-info.ts'
import type { Acquaintance } from '../provisioning/provision.ts'

/** A login that is used again and again, and what the server told of itself after it. */
export interface AdminSession {
  admin(): Promise<Admin>
  acquaintance(): Promise<Acquaintance>
}

/**
 * Logs in and asks the server once, when it is first needed; so that a realm costs neither.
 *
 * @param first somebody who is logged in already
 */
export function adminSession(login: AdminLogin, first?: Admin): AdminSession {
  const admin = kept(async () => first ?? adminLogin(login))
  const self = kept(async () => serverSelf(await admin()))
  return {
    admin,
    async acquaintance() {
      return { admin: await admin(), self: await self() }
    },
  }
}

/** What was got once stays; what failed is tried again by the next one. */
function kept<Result>(get: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined
  return () => {
    result ??= get().catch((error: unknown) => {
      result = undefined
      throw error
    })
    return result
  }
}
