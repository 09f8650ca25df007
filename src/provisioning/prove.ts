import { z } from 'zod'

import type { RealmEndpoints } from '../config/endpoints.ts'
import { discover } from '../oauth/discover.ts'
import { type Play, playClient, playedClient } from '../oauth/play-client.ts'
import { mcpUrls } from '../realm/patches/audience.ts'
import { testUsers } from '../realm/patches/users.ts'
import { withValues } from '../realm/placeholders.ts'
import { frontEndUrl } from '../realm/realm-name.ts'
import type { Realm } from '../realm/schema.ts'
import type { OnStep } from '../runtime/runtime.ts'

const SCOPE = 'openid'

/** The results of the login test. */
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

/** The results of the login test. */
export type ProofReport = z.infer<typeof proofReportSchema>

/** The reason why no login to a realm can be tested, as a clause; `undefined` when one can. */
export function unprovable(realm: Realm, { issuer }: RealmEndpoints): string | undefined {
  const fixed = frontEndUrl(realm)
  if (fixed && URL.parse(fixed)?.origin !== new URL(issuer).origin) {
    return `the realm's attribute "frontendUrl" makes its issuer an address below ${fixed}, and a client of ${issuer} refuses it`
  }
  if (mcpUrls(realm).length === 0) return 'the realm has no MCP URL'
  return testUsers(realm).length === 0 ? 'the realm has no user with a known password' : undefined
}

/**
 * Acts as an MCP client: registers, logs a test user in, checks and refreshes the token, deletes the client. The check
 * is that of an MCP server.
 *
 * @param player the token that registers the client in a realm that requires one, and a way to delete the client
 * @param onStep called before the login test, unless it is skipped
 * @param signal aborting it deletes the client
 * @returns the results; `undefined` when there is a reason of {@link unprovable}
 * @throws {McpKeycloakError} `DISCOVERY_FAILED`, `REGISTRATION_REFUSED`, `LOGIN_REFUSED`, `TOKEN_WRONG`
 */
export async function prove(
  realm: Realm,
  endpoints: RealmEndpoints,
  player: Pick<Play, 'initialAccessToken' | 'removeClient'>,
  onStep: OnStep,
  signal?: AbortSignal,
): Promise<ProofReport | undefined> {
  const startedAt = Date.now()
  const [resource] = mcpUrls(realm)
  const [user] = testUsers(realm)
  const [login] = testUsers(withValues(realm, realm))
  if (!resource || !user || !login || unprovable(realm, endpoints) !== undefined) return undefined
  onStep('Playing a client: register, log in, check the token')
  const server = await discover(endpoints.issuer)
  const play = {
    server: { ...server, jwks_uri: server.jwks_uri ?? endpoints.jwks },
    metadata: playedClient('mcp-keycloak proof', SCOPE),
    ...player,
    user: login,
    scope: SCOPE,
    resource,
    audience: resource,
  }
  const { claims, roles } = await playClient(play, signal)
  return {
    username: user.username,
    audience: [claims.aud ?? []].flat() as string[],
    scope: String(claims.scope ?? ''),
    roles,
    elapsedMs: Date.now() - startedAt,
  }
}
