import { z } from 'zod'

import type { RealmEndpoints } from '../config/endpoints.ts'
import { McpKeycloakError } from '../errors.ts'
import { discover } from '../oauth/discover.ts'
import { logIn } from '../oauth/log-in.ts'
import { deleteClient, registerClient } from '../oauth/register.ts'
import { verifyAccessToken } from '../oauth/verify-access-token.ts'
import { mcpUrls } from '../realm/audience.ts'
import type { Realm } from '../realm/schema.ts'
import { type TestUser, testUsers } from '../realm/users.ts'

/** Nothing listens there: the login stops at the redirect. */
const REDIRECT_URI = 'http://localhost:3117/callback'

const METADATA = {
  client_name: 'mcp-keycloak proof',
  redirect_uris: [REDIRECT_URI],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: 'openid',
}

/** What was seen when a client was played. */
export const proofReportSchema = z
  .strictObject({
    /** The user who logged in. */
    username: z.string(),
    /** `aud` of the access token. */
    audience: z.array(z.string()).readonly(),
    /** `scope` of the access token. */
    scope: z.string(),
    /** Realm roles in the access token. */
    roles: z.array(z.string()).readonly(),
    elapsedMs: z.number(),
  })
  .readonly()

/** What was seen when a client was played. */
export type ProofReport = z.infer<typeof proofReportSchema>

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
  const client = await registerClient(server, METADATA, initialAccessToken)
  const play = async (): Promise<ProofReport> => {
    const request = { client, redirectUri: REDIRECT_URI, user, scope: 'openid', resource }
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
