/** Every URL that a user, a client or a server needs of one realm. */
export interface RealmEndpoints {
  /** Keycloak's base URL without a trailing slash, e.g. `http://localhost:8080`. */
  readonly keycloakUrl: string
  readonly realm: string
  /** The `iss` of every token; also what FastMCP calls the realm URL. */
  readonly issuer: string
  /** Authorization server metadata (RFC 8414 §3.1: the well-known part goes before the issuer's path). */
  readonly metadata: string
  readonly authorization: string
  readonly token: string
  /** Client registration (RFC 7591). */
  readonly registration: string
  readonly jwks: string
  readonly adminConsole: string
}

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
  return url.replace(/\/+$/, '')
}
