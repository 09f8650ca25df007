import { command } from '../../config/command.ts'
import { MCP_SPEC } from '../../config/mcp-spec.ts'
import { isObject } from '../overlay.ts'
import { mcpUrls } from '../patches/audience.ts'
import { testUsers } from '../patches/users.ts'
import { withValues } from '../placeholders.ts'
import { declaredDefaultRole, defaultRoleName } from '../realm-name.ts'
import type { Realm, RealmUser } from '../schema.ts'
import { missingAudiences, withMappers } from './claims.ts'
import type { Need } from './need.ts'

/** The realm is switched on. */
const enabled: Need = {
  name: 'enabled',
  title: 'Enabled',
  severity: 'required',
  reason: 'A realm that is switched off answers no login.',
  url: 'https://www.keycloak.org/docs/latest/server_admin/#configuring-realms',
  lacking: (realm) => (isOn(realm) ? [] : ['the realm is switched off']),
  meet: (realm) => ({ ...realm, enabled: true }),
  loosens: ({ enabled }) => (enabled === undefined ? undefined : 'the realm is switched off by its file'),
}

/** Whether the realm is on, also by the value of a placeholder. Keycloak refuses one without a value. */
function isOn(realm: Realm): boolean {
  const value = withValues(realm.enabled, realm)
  return value === true || value === 'true' || (typeof value === 'string' && value.includes('${'))
}

/** Keycloak answers http on this machine. */
const http: Need = {
  name: 'ssl-required',
  title: 'HTTPS',
  severity: 'required',
  reason: 'A local Keycloak has no certificate, and "sslRequired": "all" refuses every request by http.',
  url: 'https://www.keycloak.org/docs/latest/server_admin/#_ssl_modes',
  lacking: (realm, { isHttps }) =>
    String(withValues(realm.sslRequired, realm)).toLowerCase() === 'all' && !isHttps
      ? ['"sslRequired" is "all"']
      : [],
  meet: (realm) => ({ ...realm, sslRequired: 'external' }),
  loosens: () => '"sslRequired": "all", which becomes "external"',
}

/** Each token names the MCP server. */
const audience: Need = {
  name: 'audience',
  title: 'Audience',
  severity: 'required',
  reason:
    'An MCP server has to refuse a token that is not for it, and Keycloak names a server only by a mapper.',
  url: MCP_SPEC.tokenAudience,
  lacking: (realm, sources) => {
    const known = mcpUrls(realm)
    const unknown = sources.mcpUrls.filter((url) => !known.includes(url))
    return [
      ...(unknown.length > 0 ? [`no client stands for ${unknown.join(' and ')}`] : []),
      ...(missingAudiences(realm, sources).length > 0
        ? [`the scope "basic" does not put it into "aud"`]
        : []),
    ]
  },
  meet: (realm, sources) => {
    const { standard } = sources
    const pattern = standard.clients?.find(({ clientId }) => mcpUrls(standard).includes(clientId))
    const known = mcpUrls(realm)
    const others = (realm.clients ?? []).filter(
      ({ clientId }) => known.includes(clientId) || !sources.mcpUrls.includes(clientId),
    )
    const added = sources.mcpUrls
      .filter((url) => !known.includes(url))
      .map((url) => {
        const own = realm.clients?.find(({ clientId }) => clientId === url)
        return {
          ...(own ?? pattern),
          clientId: url,
          attributes: { ...(own ?? pattern)?.attributes, resource_url: url },
        }
      })
    return withMappers({ ...realm, clients: [...others, ...added] }, missingAudiences(realm, sources))
  },
}

/** Users may stay connected. */
const offlineAccess: Need = {
  name: 'offline-access',
  title: 'Offline access of users',
  severity: 'required',
  reason:
    'A login with "offline_access" fails ("Offline tokens not allowed") for a user without the role offline_access.',
  url: 'https://www.keycloak.org/docs/latest/server_admin/#_offline-access',
  lacking: (realm) => {
    const missing = withoutOfflineAccess(realm).map(({ username }) => username)
    return [
      ...(missing.length > 0
        ? [
            `${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''} may not use it`,
          ]
        : []),
      ...(defaultsGrantIt(realm) ? [] : ['the default roles of the realm do not include it']),
    ]
  },
  meet: (realm) => {
    const missing = new Set(withoutOfflineAccess(realm))
    const name = defaultRoleName(realm)
    return {
      ...withDefaultRole(realm),
      ...(realm.users && {
        users: realm.users.map((user) =>
          missing.has(user)
            ? { ...user, realmRoles: [...new Set([...(user.realmRoles ?? []), name])] }
            : user,
        ),
      }),
    }
  },
}

/** A user can log in. */
const user: Need = {
  name: 'user',
  title: 'User',
  severity: 'required',
  reason: 'A login needs a user whose password is known.',
  url: 'https://www.keycloak.org/docs/latest/server_admin/#assembly-managing-users_server_administration_guide',
  lacking: (realm, { isLive }) => {
    const canLogIn = isLive ? isEnabled : hasPassword
    if (realm.users?.some(canLogIn) ?? false) return []
    if (isLive) return ['no user is enabled']
    return [
      testUsers(realm).length > 0
        ? 'no user with a password is enabled'
        : 'the file has no user with a password',
    ]
  },
  advice: () => `Name one: ${command('up', { user: '<name>:<password>' })}`,
}

/** The needs of the realm itself, its MCP servers and its users. */
export const REALM_NEEDS: readonly Need[] = [enabled, http, audience, offlineAccess, user]

function isEnabled({ enabled, serviceAccountClientId }: RealmUser): boolean {
  return enabled !== false && serviceAccountClientId === undefined
}

function hasPassword(user: RealmUser): boolean {
  const { credentials } = user
  return (
    isEnabled(user) &&
    (credentials?.some(({ value, secretData, hashedSaltedValue }) =>
      [value, secretData, hashedSaltedValue].some((one) => typeof one === 'string'),
    ) ??
      false)
  )
}

/** Users of people; service accounts log nobody in. */
function withoutOfflineAccess(realm: Realm): readonly RealmUser[] {
  const granting = new Set([OFFLINE_ACCESS, defaultRoleName(realm)])
  return (realm.users ?? []).filter(
    ({ serviceAccountClientId, realmRoles }) =>
      serviceAccountClientId === undefined && !(realmRoles ?? []).some((role) => granting.has(role)),
  )
}

const OFFLINE_ACCESS = 'offline_access'

interface CompositeRole {
  readonly name: string
  readonly composites?: { readonly realm?: readonly string[] }
}

/**
 * Whether the default role of the realm includes offline access. Keycloak makes a default role for a file that names none,
 * and puts its own role offline_access into it, but not one that the file defines.
 */
function defaultsGrantIt(realm: Realm): boolean {
  const role = defaultRole(realm)
  if (role !== undefined) return (role.composites?.realm ?? []).includes(OFFLINE_ACCESS)
  const isDefined = (wanted: string) => realm.roles?.realm?.some(({ name }) => name === wanted) ?? false
  // Keycloak numbers its default role when the file has an ordinary role of that name.
  if (isDefined(defaultRoleName(realm))) return false
  return !isDefined(OFFLINE_ACCESS) || oldDefaultRoles(realm).includes(OFFLINE_ACCESS)
}

/** The role that a realm names as its default role. */
function defaultRole(realm: Realm): CompositeRole | undefined {
  const name = declaredDefaultRole(realm)
  return realm.roles?.realm?.find((role) => role.name === name) as CompositeRole | undefined
}

/** The default roles in a file from before Keycloak 13. */
function oldDefaultRoles({ defaultRoles }: Realm): readonly string[] {
  return Array.isArray(defaultRoles) ? defaultRoles.map(String) : []
}

function withDefaultRole(realm: Realm): Realm {
  if (defaultsGrantIt(realm)) return realm
  const name = defaultRoleName(realm)
  const roles = realm.roles?.realm ?? []
  const role = roles.find((one) => one.name === name) as CompositeRole | undefined
  const included = [...(role?.composites?.realm ?? []), ...oldDefaultRoles(realm), OFFLINE_ACCESS]
  const composites = { ...role?.composites, realm: [...new Set(included)] }
  const others = roles.filter((one) => one.name !== name)
  return {
    ...realm,
    defaultRole: { ...(isObject(realm.defaultRole) && realm.defaultRole), name },
    roles: { ...realm.roles, realm: [...others, { ...role, name, composite: true, composites }] },
  }
}
