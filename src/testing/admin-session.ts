import { type Admin, type AdminLogin, adminLogin } from '../keycloak/admin.ts'

/** Keycloak ends a session after half an hour of idleness; it is renewed long before. */
const SESSION_MS = 300_000

/** Logs in when it has to, and goes on with the same session for a while. */
export function adminSession(login: AdminLogin): () => Promise<Admin> {
  let session: { readonly admin: Promise<Admin>; readonly since: number } | undefined
  return () => {
    if (session && Date.now() - session.since < SESSION_MS) return session.admin
    const admin = adminLogin(login)
    const begun = { admin, since: Date.now() }
    session = begun
    admin.catch(() => {
      if (session === begun) session = undefined // the next one tries again
    })
    return admin
  }
}
