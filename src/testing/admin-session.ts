import { type Admin, adminLogin } from '../keycloak/admin.ts'
import { serverSelf } from '../keycloak/server-info.ts'
import { type LiveServer, liveServer } from '../provisioning/live-realm.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'

/** A shared login, and the server's information about itself. */
export interface AdminSession {
  admin(): Promise<Admin>
  live(): Promise<LiveServer>
}

/**
 * Logs in and reads the server's information on first use. All realms share both.
 *
 * @param first an existing login
 */
export function adminSession(keycloak: RunningKeycloak, first?: Admin): AdminSession {
  const admin = kept(async () => first ?? adminLogin(keycloak))
  const self = kept(async () => serverSelf(await admin()))
  return { admin, live: async () => liveServer(keycloak, await admin(), self) }
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
