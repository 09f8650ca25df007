import { z } from 'zod'

import type { Config } from '../config/schema.ts'
import { McpKeycloakError } from '../errors.ts'
import { readToken } from '../oauth/decode-token.ts'
import { discover } from '../oauth/discover.ts'
import { logIn } from '../oauth/log-in.ts'
import { BAD_TOKEN_KINDS, type BadTokenKind } from '../oauth/mint-bad.ts'
import { refresh } from '../oauth/refresh.ts'
import { type RegisteredClient, registerClient } from '../oauth/register.ts'
import { type AppliedRealm, findAppliedRealm } from '../provisioning/applied-realm.ts'
import { diagnosed } from '../provisioning/diagnosed.ts'
import { forgeToken } from '../provisioning/forge-token.ts'
import { mcpUrls } from '../realm/patches/audience.ts'
import { preregisteredClient } from '../realm/patches/preregistered-client.ts'
import { type TestUser, testUsers } from '../realm/patches/users.ts'
import { withValues } from '../realm/placeholders.ts'

/** `token --json`: an access token and its claims. */
export const tokenReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  accessToken: z.string(),
  /** `null` when the client gets none, or for a bad token. */
  refreshToken: z.string().nullable(),
  username: z.string(),
  clientId: z.string(),
  /** The fault of a bad token; `null` for a good token. */
  bad: z.enum(BAD_TOKEN_KINDS).nullable(),
  /** Seconds for which the token is still valid; negative when it has expired. */
  expiresInSeconds: z.number(),
  /** The JOSE header (RFC 7515 §4). */
  header: z.looseObject({ alg: z.string().optional(), kid: z.string().optional() }).readonly(),
  /** The claims (RFC 7519 §4), not verified. */
  claims: z
    .looseObject({
      iss: z.string().optional(),
      sub: z.string().optional(),
      aud: z.union([z.string(), z.array(z.string())]).optional(),
      exp: z.number().optional(),
      iat: z.number().optional(),
      scope: z.string().optional(),
    })
    .readonly(),
  /** The reason why `header` and `claims` are empty: an opaque or encrypted token. */
  unreadable: z.string().optional(),
})

/** An access token and its claims. */
export type TokenReport = Readonly<z.infer<typeof tokenReportSchema>>

/** The user, the client and the kind of the token. */
export interface TokenOptions {
  /** Default: the realm's first test user. */
  readonly username?: string | undefined
  /** For the named user, when the realm file does not have its password. */
  readonly password?: string | undefined
  /** Space-separated. Default: `openid`. */
  readonly scope?: string | undefined
  /** Id of a client with a redirect URI. Default: the pre-registered one, else one that registers itself. */
  readonly clientId?: string | undefined
  /** Refresh the token once before it is returned. A client without a refresh token is refused. */
  readonly refresh?: boolean
  /** Kind of a bad token, which a correct server must refuse. Default: a good token. */
  readonly bad?: string | undefined
}

/**
 * Gets an access token from a real login through Keycloak's pages.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `LOGIN_REFUSED`, `DISCOVERY_FAILED`; `USAGE_INVALID` for an unknown
 * user, client or kind of bad token, and for a refresh without a refresh token
 */
export async function token(config: Config, options: TokenOptions = {}): Promise<TokenReport> {
  const bad = badKind(options.bad)
  const applied = await findAppliedRealm(config)
  const { username, password } = options
  const named = username !== undefined && password !== undefined ? [{ username, password, roles: [] }] : []
  const user = findUser(applied, { username }, [
    ...testUsers(withValues(applied.realm, applied.realm)),
    ...named,
  ])
  const { client, redirectUri } = await findClient(applied, options.clientId)
  const server = await discover(applied.endpoints.issuer)
  const [resource] = [...config.mcpUrl, ...mcpUrls(applied.realm)]
  const scope = options.scope ?? 'openid'
  const tokens = await diagnosed(applied.keycloak, async () => {
    const first = await logIn(server, { client, redirectUri, user, scope, ...(resource && { resource }) })
    return options.refresh
      ? refresh(server, client, first.refresh_token ?? noRefreshToken(client), resource)
      : first
  })
  const accessToken = bad ? await forgeToken(bad, tokens.access_token, applied) : tokens.access_token
  const read = readToken(accessToken)
  return {
    schemaVersion: 1,
    accessToken,
    refreshToken: bad ? null : (tokens.refresh_token ?? null),
    username: user.username,
    clientId: client.client_id,
    bad: bad ?? null,
    expiresInSeconds: secondsLeft(tokens.expires_in, read),
    header: 'unreadable' in read ? {} : read.header,
    claims: 'unreadable' in read ? {} : (read.claims as TokenReport['claims']),
    ...('unreadable' in read && { unreadable: read.unreadable }),
  }
}

/** Returns the seconds until the token expires: from its claim, else from the token response, else 0. */
function secondsLeft(expiresIn = 0, read: ReturnType<typeof readToken>): number {
  const exp = 'unreadable' in read ? undefined : read.claims.exp
  return typeof exp === 'number' ? exp - Math.floor(Date.now() / 1000) : expiresIn
}

function badKind(kind: string | undefined): BadTokenKind | undefined {
  if (kind === undefined || BAD_TOKEN_KINDS.some((known) => known === kind))
    return kind as BadTokenKind | undefined
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `"${kind}" is not a kind of bad token.`,
    why: `A token can be bad by its ${BAD_TOKEN_KINDS.join(', ')}.`,
    fix: `Choose one: --bad ${BAD_TOKEN_KINDS[0]}`,
  })
}

function noRefreshToken({ client_id }: RegisteredClient): never {
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `The client "${client_id}" got no refresh token, so there is nothing to refresh by.`,
    why: 'Keycloak gives none to a client that does not use refresh tokens.',
    fix: 'Leave --refresh out, or name another client: --client <id>',
  })
}

/**
 * Finds the user for a login: the named user, else the realm's first user.
 *
 * @param users users with a known password. Default: those of the realm file
 * @throws {McpKeycloakError} `USAGE_INVALID` when the password is not known
 */
export function findUser(
  { realm, gone }: Pick<AppliedRealm, 'realm' | 'gone'>,
  { username, password }: Pick<TokenOptions, 'username' | 'password'>,
  users: readonly TestUser[] = testUsers(withValues(realm, realm)),
): Omit<TestUser, 'roles'> {
  const known = username === undefined ? users[0] : users.find((user) => user.username === username)
  const name = username ?? known?.username
  const secret = password ?? known?.password
  if (name !== undefined && secret !== undefined) return { username: name, password: secret }
  throw new McpKeycloakError('USAGE_INVALID', {
    what:
      name === undefined ? 'There is no user to log in.' : `The password of the user "${name}" is not known.`,
    why:
      gone ?? `The realm file has passwords of ${users.map((user) => user.username).join(', ') || 'nobody'}.`,
    fix: gone
      ? 'Name a user (--user) and set MCP_KEYCLOAK_USER_PASSWORD.'
      : 'Name one of them (--user), or set MCP_KEYCLOAK_USER_PASSWORD for a user that you made yourself.',
  })
}

/**
 * Finds the client for a login: the named client, else the realm's pre-registered one, else one that registers itself.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` when there is no such client, or it has no redirect URI;
 * `REGISTRATION_REFUSED`
 */
export async function findClient(
  applied: AppliedRealm,
  wanted: string | undefined,
): Promise<{ client: RegisteredClient; redirectUri: string }> {
  const { admin, realm } = applied
  const clientId = wanted ?? preregisteredClient(realm)?.clientId
  if (clientId === undefined) return selfRegistered(applied)
  const [found] = await admin.clients.find({ realm: realm.realm, clientId })
  const redirectUri = found?.redirectUris?.find((uri) => !uri.includes('*'))
  if (found && redirectUri) {
    const secret = found.publicClient ? {} : { client_secret: found.secret ?? '' }
    return { client: { client_id: clientId, ...secret }, redirectUri }
  }
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `The client "${clientId}" cannot be logged in through.`,
    why: found
      ? 'It has no redirect URI without a wildcard.'
      : `The realm "${realm.realm}" has no such client.`,
    fix: 'Name a client that has a redirect URI: --client <id>',
  })
}

/** The name of the client for logins in a realm without a pre-registered one. */
const OWN_NAME = 'Tokens of mcp-keycloak'

const OWN_REDIRECT_URI = 'http://localhost:3118/callback'

/** Takes the client that registered itself for an earlier login, else registers it: the client limit counts it once. */
async function selfRegistered({ admin, realm, endpoints, keycloak }: AppliedRealm) {
  const redirectUri = OWN_REDIRECT_URI
  const known = (await admin.clients.find({ realm: realm.realm })).find(({ name }) => name === OWN_NAME)
  if (known?.clientId !== undefined) return { client: { client_id: known.clientId }, redirectUri }
  const client = await diagnosed(keycloak, async () =>
    registerClient(await discover(endpoints.issuer), {
      client_name: OWN_NAME,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    }),
  )
  return { client, redirectUri }
}
