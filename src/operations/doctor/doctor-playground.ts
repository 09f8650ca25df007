import type { Config } from '../../config/schema.ts'
import { type ClientTrial, isMissing, type Missing, type ServerRealmState } from '../../doctor/subjects.ts'
import { McpKeycloakError } from '../../errors.ts'
import { clientRemover } from '../../keycloak/clients/registered-clients.ts'
import { createInitialAccessToken } from '../../keycloak/initial-access-token.ts'
import { discover } from '../../oauth/discover.ts'
import type { TestLogin } from '../../oauth/play-client.ts'
import { planRealm } from '../../provisioning/plan-realm.ts'
import { mcpUrls } from '../../realm/patches/audience.ts'
import {
  listOf,
  needsInitialAccessToken,
  policiesOf,
  TRUSTED_HOSTS,
} from '../../realm/patches/registration-policies.ts'
import { readyUsers } from '../../realm/patches/users.ts'
import { withValues } from '../../realm/placeholders.ts'
import { type RealmFiles, realmFiles } from '../../realm/realm-files.ts'
import type { Realm } from '../../realm/schema.ts'

/** Enough for all client programs, and too short-lived for other uses. */
const INITIAL_ACCESS = { count: 30, lifespanSeconds: 60 }

/**
 * Gathers what the trial of client programs needs: the realm's metadata, users and MCP URLs. Without an administrator
 * login, users and MCP URLs come from the options.
 */
export async function playground(
  config: Config,
  issuer: string,
  realm: Promise<ServerRealmState | Missing>,
  files: RealmFiles = realmFiles(),
): Promise<ClientTrial | Missing> {
  const [server, seen] = await Promise.all([discover(issuer).catch(unusable), realm])
  if (isMissing(server)) return server
  const state = isMissing(seen) ? undefined : seen
  const made = state?.rendered ?? (await planRealm(config, null, files)).realm
  const isClosed = state?.rendered !== undefined && needsInitialAccessToken(state.rendered)
  return {
    server,
    user: player(made, state),
    mcpUrls: mcpUrls(made),
    wantedMcpUrls: config.mcpUrl,
    initialAccessToken:
      state && isClosed
        ? await createInitialAccessToken(state.admin, state.actual.realm, INITIAL_ACCESS)
        : null,
    removeClient: state && clientRemover(state.admin, state.actual.realm),
    trustedHosts: state && trustedHosts(state.actual),
    hostsOfFile: state?.rendered ? trustedHosts(state.rendered) : [],
    isOurs: state?.rendered !== undefined,
    options: state?.options,
  }
}

/** The test user with the most roles. In an unmanaged realm: a test user that exists, with unknown roles. */
function player(made: Realm, state: ServerRealmState | undefined): TestLogin | undefined {
  const there = state && new Set(state.actual.users?.map(({ username }) => username))
  const [user] = readyUsers(withValues(made, made))
    .filter(({ username }) => state?.rendered !== undefined || (there?.has(username) ?? true))
    .sort((a, b) => b.roles.length - a.roles.length)
  if (!user) return undefined
  const { username, password } = user
  if (!state?.rendered) return { username, password, roles: [] }
  const id = made.users?.find((found) => found.username === username)?.id
  return { ...user, sub: typeof id === 'string' ? id : undefined }
}

function trustedHosts(actual: Realm): readonly string[] {
  return policiesOf(actual, TRUSTED_HOSTS.providerId).flatMap((policy) => listOf(policy, TRUSTED_HOSTS))
}

function unusable(error: unknown): Missing {
  if (!(error instanceof McpKeycloakError)) throw error
  return { missing: "The realm's metadata cannot be used.", fix: 'See "Metadata" above.' }
}
