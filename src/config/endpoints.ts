import { z } from 'zod'

/** Every URL that a user, a client or a server needs of one realm. */
export const realmEndpointsSchema = z
  .strictObject({
    /** Keycloak's base URL without a trailing slash, e.g. `http://localhost:8080`. */
    keycloakUrl: z.string(),
    realm: z.string(),
    /** The `iss` of every token; also what FastMCP calls the realm URL. */
    issuer: z.string(),
    /** Authorization server metadata (RFC 8414 §3.1: the well-known part goes before the issuer's path). */
    metadata: z.string(),
    authorization: z.string(),
    token: z.string(),
    /** Client registration (RFC 7591). */
    registration: z.string(),
    jwks: z.string(),
    adminConsole: z.string(),
  })
  .readonly()

/** Every URL that a user, a client or a server needs of one realm. */
export type RealmEndpoints = z.infer<typeof realmEndpointsSchema>

/** The endpoints of `realm` on the Keycloak at `baseUrl` (with or without a trailing slash, a path is kept). */
export function realmEndpoints(baseUrl: string, realm: string): RealmEndpoints {
  const keycloakUrl = withoutTrailingSlash(baseUrl)
  const { origin, pathname } = new URL(keycloakUrl)
  const path = pathname === '/' ? '' : pathname
  const realmPath = `${path}/realms/${encodeURIComponent(realm)}`
  const issuer = `${origin}${realmPath}`
  return {
    keycloakUrl,
    realm,
    issuer,
    metadata: `${origin}${path}/.well-known/oauth-authorization-server/realms/${encodeURIComponent(realm)}`,
    authorization: `${issuer}/protocol/openid-connect/auth`,
    token: `${issuer}/protocol/openid-connect/token`,
    registration: `${issuer}/clients-registrations/openid-connect`,
    jwks: `${issuer}/protocol/openid-connect/certs`,
    adminConsole: `${keycloakUrl}/admin/master/console/#/${encodeURIComponent(realm)}`,
  }
}

/** `http://host/` → `http://host`. */
export function withoutTrailingSlash(url: string): string {
  let end = url.length
  while (url[end - 1] === '/') end--
  return url.slice(0, end)
}
