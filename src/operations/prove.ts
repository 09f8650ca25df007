import type { RealmEndpoints } from '../config/endpoints.ts'
import { McpKeycloakError } from '../errors.ts'
import { discover } from '../oauth/discover.ts'
import { logIn } from '../oauth/log-in.ts'
import { PLAYED_REDIRECT_URI, playedClient } from '../oauth/played-client.ts'
import { deleteClient, registerClient } from '../oauth/register.ts'
import { verifyAccessToken } from '../oauth/verify-access-token.ts'
import { mcpUrls } from '../realm/audience.ts'
import type { Realm } from '../realm/schema.ts'
import { type TestUser, testUsers } from '../realm/users.ts'

/** What was seen when a client was played. */
export interface ProofReport {
  /** The user who logged in. */
  readonly username: string
  /** `aud` of the access token. */
  readonly audience: readonly string[]
  /** `scope` of the access token. */
  readonly scope: string
  /** Realm roles in the access token. */
  readonly roles: readonly string[]
  readonly elapsedMs: number
}

/**
 * Plays an MCP client: registers, logs a test user in, checks the token as an MCP server would, deletes the client.
 *
 * @param initialAccessToken to register with, in a realm where nobody may without
 * @returns what was seen; `undefined` when the realm has no MCP URL or no user with a known password to play with
 * @throws {McpKeycloakError} `DISCOVERY_FAILED`, `REGISTRATION_REFUSED`, `LOGIN_REFUSED`, `TOKEN_WRONG`
 */
export async function prove(
  realm: Realm,
  endpoints: RealmEndpoints,
  initialAccessToken: string | null,
): Promise<ProofReport | undefined> {
  const startedAt = Date.now()
  const [resource] = mcpUrls(realm)
  const [user] = testUsers(realm)
  if (!resource || !user) return undefined
  const server = await discover(endpoints.issuer)
  const client = await registerClient(
    server,
    playedClient('mcp-keycloak proof', 'openid'),
    initialAccessToken,
  )
  const play = async (): Promise<ProofReport> => {
    const request = { client, redirectUri: PLAYED_REDIRECT_URI, user, scope: 'openid', resource }
    const { access_token: token } = await logIn(server, request)
    const claims = await verifyAccessToken(token, {
      issuer: endpoints.issuer,
      audience: resource,
      jwksUri: server.jwks_uri ?? endpoints.jwks,
    })
    const scope = String(claims.scope ?? '')
    const roles = (claims.realm_access as { roles?: string[] } | undefined)?.roles ?? []
    assertClaims(scope, roles, user)
    const audience = [claims.aud ?? []].flat()
    return { username: user.username, audience, scope, roles, elapsedMs: Date.now() - startedAt }
  }
  const proof = await play().catch(async (error: unknown) => {
    await deleteClient(client).catch(() => {}) // what went wrong first is what the user has to know
    throw error
  })
  await deleteClient(client)
  return proof
}

function assertClaims(scope: string, roles: readonly string[], user: TestUser): void {
  const missing = [
    ...(scope.split(' ').includes('openid') ? [] : ['scope "openid"']),
    ...user.roles.filter((role) => !roles.includes(role)).map((role) => `role "${role}"`),
    ...(roles.length > 0 ? [] : ['realm_access.roles']),
  ]
  if (missing.length === 0) return
  throw new McpKeycloakError('TOKEN_WRONG', {
    what: `The access token of "${user.username}" lacks ${missing.join(' and ')}.`,
    why: 'An MCP server that asks for it would refuse every call.',
    fix: 'The scope "basic" must hold the realm role mapper; compare your realm file with realms/fastmcp.json.',
  })
}
