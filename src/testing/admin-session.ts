import { type Admin, type AdminLogin, adminLogin } from '../keycloak/admin.ts'
import { serverSelf } from '../keycloak/server-info.ts'
import type { Acquaintance } from '../provisioning/provision.ts'

/** A shared login, and the server's information about itself. */
export interface AdminSession {
  admin(): Promise<Admin>
  acquaintance(): Promise<Acquaintance>
}

/**
 * Logs in and reads the server's information on first use. All realms share both.
 *
 * @param first an existing login
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

/** Keeps a result. A failed call is repeated by the next caller. */
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
