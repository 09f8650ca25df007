import { command } from '../config/command.ts'
import { realmEndpoints } from '../config/endpoints.ts'
import { McpKeycloakError } from '../errors.ts'
import { adminLogin } from '../keycloak/admin.ts'
import { createInitialAccessToken } from '../keycloak/initial-access-token.ts'
import { withTemporaryRealm } from '../keycloak/temporary-realm.ts'
import { discover } from '../oauth/discover.ts'
import { logIn } from '../oauth/log-in.ts'
import { PLAYED_REDIRECT_URI, playedClient } from '../oauth/play-client.ts'
import { registerClient } from '../oauth/register.ts'
import { mcpUrls } from '../realm/patches/audience.ts'
import {
  listOf,
  needsInitialAccessToken,
  policiesOf,
  WEB_ORIGINS,
} from '../realm/patches/registration-policies.ts'
import { registrableScopes } from '../realm/patches/scopes.ts'
import { signingKey } from '../realm/patches/signing-key.ts'
import { testUsers } from '../realm/patches/users.ts'
import { withValues } from '../realm/placeholders.ts'
import { realmName } from '../realm/realm-name.ts'
import { otherUrl, type RealmUnderTest } from '../verify/realm-under-test.ts'
import type { AppliedRealm } from './applied-realm.ts'
import { forgeToken } from './forge-token.ts'
import { newSigningKey } from './signing-key-file.ts'

/**
 * Adapts a realm on a running Keycloak for the checks of an MCP server.
 *
 * @param reset the command that recreates the realm: see {@link RealmUnderTest.resetCommand}
 * @param resource the MCP URL
 */
export function realmUnderTest(
  applied: AppliedRealm,
  reset: RealmUnderTest['resetCommand'],
  resource: string,
): RealmUnderTest {
  const { keycloak, realm, endpoints } = applied
  const [user, otherUser] = testUsers(withValues(realm, realm))
  const initialAccessToken = async (name: string) =>
    needsInitialAccessToken(realm) ? createInitialAccessToken(await adminLogin(keycloak), name) : null
  return {
    issuer: endpoints.issuer,
    resetCommand: reset,
    mcpUrls: mcpUrls(realm),
    scopes: registrableScopes(realm),
    origins: [
      ...new Set(policiesOf(realm, WEB_ORIGINS.providerId).flatMap((one) => listOf(one, WEB_ORIGINS))),
    ],
    user,
    ...(otherUser && { otherUser }),
    initialAccessToken: () => initialAccessToken(realm.realm),
    forge(kind, goodToken) {
      const other = kind === 'aud-realm' ? otherUrl(mcpUrls(realm), resource) : undefined
      return forgeToken(kind, goodToken, applied, other ?? resource)
    },
    async tokenOfAnotherRealm(scope = '') {
      if (!user) throw nobodyLogsIn()
      const signed = signingKey(await newSigningKey())(realm)
      const make = (name: string) => withValues(realmName(name)(signed), realm)
      const token = Promise.withResolvers<string>()
      const end = Promise.withResolvers<void>()
      const ended = withTemporaryRealm(
        await adminLogin(keycloak),
        realm.realm,
        make,
        keycloak.lastLog,
        async (name) => {
          const server = await discover(realmEndpoints(keycloak.url, name).issuer)
          const metadata = playedClient('mcp-keycloak verify', scope)
          const client = await registerClient(server, metadata, await initialAccessToken(name))
          const request = {
            client,
            redirectUri: PLAYED_REDIRECT_URI,
            user,
            resource,
            ...(scope && { scope }),
          }
          token.resolve((await logIn(server, request)).access_token)
          await end.promise
        },
      )
      ended.catch(token.reject)
      return {
        token: await token.promise,
        end() {
          end.resolve()
          return ended
        },
      }
    },
  }
}

function nobodyLogsIn(): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'There is no user to log in.',
    why: 'The realm file has no user with a password.',
    fix: `Add one to it: ${command('reset-realm', { user: '<name>:<password>' })}`,
  })
}
