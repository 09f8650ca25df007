import { items, strings } from '../lists.ts'
import { identity, isObject, type Json } from '../overlay.ts'
import type { Realm } from '../schema.ts'
import { driftBetween } from './drift.ts'
import { flowsWithIds, namedFlows, withFlowIds } from './flow-overrides.ts'
import { withoutEmpty, withoutMapperDefaults } from './tidy.ts'

/** The name of everything in the blank realm. */
const BLANK = 'mcp-keycloak-blank'
const BLANK_SERVICE = `${BLANK}-service`

/**
 * A realm with one item of each kind and no settings. What a server adds to it are that server's defaults. Client
 * scopes are Keycloak's own.
 */
export function blankRealm(name: string): Realm {
  return {
    realm: name,
    enabled: true,
    roles: { realm: [{ name: BLANK }] },
    clients: [{ clientId: BLANK }, { clientId: BLANK_SERVICE, serviceAccountsEnabled: true }],
    users: [{ username: BLANK }],
  }
}

/** Groups of settings that Keycloak takes either all from a file, or all from its defaults. */
const TOGETHER: readonly (readonly string[])[] = [
  ['requiredActions'],
  ['clientScopes', 'defaultDefaultClientScopes', 'defaultOptionalClientScopes', 'scopeMappings'],
  ['authenticationFlows', 'authenticatorConfig'],
]

/** The sources of order and passwords for a cleaned realm and its list items. */
export interface Cleaning {
  /** The server's representation of {@link blankRealm}, under the same realm name. */
  readonly blank: Json
  /** The applied realm, for values that the server does not return. */
  readonly rendered: Realm
}

/**
 * A realm in the form that a person writes: without server defaults, Keycloak's own clients and roles, and secrets.
 *
 * @param actual the output of `comparable`
 */
export function cleanRealm(actual: Json, { blank, rendered }: Cleaning): Realm {
  const isNamed = namedFlows(ownItems(actual.clients, blank.clients)).size > 0
  const together = new Map(
    TOGETHER.flatMap((keys) => {
      const isWhole = isNamed && keys.includes('authenticationFlows')
      const same = !isWhole && keys.every((key) => isSame(blank[key], actual[key]))
      return keys.map((key) => [key, same] as const)
    }),
  )
  const cleaned = Object.entries(actual).flatMap(([key, value]) => {
    if (key === 'enabled' || (together.get(key) ?? isSame(blank[key], value))) return []
    const setting = cleanSetting(key, value, actual, { blank, rendered })
    // At the top level an empty value can be a difference; further down it never is.
    return isNothing(key, setting) ? [] : [[key, tidied(setting)] as const]
  })
  return { realm: String(actual.realm), enabled: actual.enabled, ...Object.fromEntries(cleaned) }
}

function cleanSetting(key: string, value: unknown, actual: Json, cleaning: Cleaning): unknown {
  const { blank, rendered } = cleaning
  switch (key) {
    case 'authenticationFlows':
      return flowsWithIds(value, ownItems(actual.clients, blank.clients), rendered)
    case 'clients':
      return ownItems(value, blank.clients).map((item) => cleanItem(key, item, actual, cleaning))
    case 'users':
      return items(value)
        .map((item) => cleanItem(key, item, actual, cleaning))
        .filter(({ serviceAccountClientId, ...user }) => !isBareServiceAccount(user, serviceAccountClientId))
    case 'roles':
      return cleanRoles(value as Json, blank.roles)
    case 'defaultRole':
      return undefined
    case 'components':
      return differing(value as Json, blank.components)
    case 'clientScopeMappings':
    case 'attributes':
    case 'smtpServer':
    case 'browserSecurityHeaders':
    case 'localizationTexts':
      return differing(value as Json, blank[key])
    default:
      return value
  }
}

/** Whether a setting has no value, or is a list that is empty without Keycloak's own items. */
function isNothing(key: string, setting: unknown): boolean {
  if (setting === undefined) return true
  const own = ['clients', 'users', 'roles', 'components', 'clientScopeMappings'].includes(key)
  return own && isSame(isObject(setting) ? withoutEmpty(setting) : setting, undefined)
}

function tidied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (isObject(item) ? tidied(item) : item))
  return isObject(value) ? withoutEmpty(withoutMapperDefaults(value)) : value
}

/** An item of one of the realm's lists, in the form that a person writes. */
export function cleanItem(list: string, item: Json, actual: Json, { blank, rendered }: Cleaning): Json {
  if (list === 'clients') return withFlowIds(cleanClient(item, actual, blank), rendered)
  if (list === 'users') return cleanUser(item, blank, rendered)
  return list.startsWith('roles.') ? cleanRole(item) : item
}

/** Removes the clients that Keycloak creates: it refuses a file that names one of them. */
export function withoutOwnClients(realm: Json, blank: Json): Json {
  return { ...realm, clients: ownItems(realm.clients, blank.clients) }
}

/**
 * Completes the overlay's settings that the realm file leaves to Keycloak. A partial setting would remove the rest of
 * it.
 */
export function completeOverlay(content: Json, cleaned: Realm, rendered: Realm): Json {
  const clients = items(content.clients).map((client) => withFlowIds(client, rendered))
  const flows = flowsOf(clients, content, cleaned)
  const isNamed = (key: string) => key in content || (key === 'authenticationFlows' && flows.length > 0)
  const keys = TOGETHER.filter((group) => group.some(isNamed)).flat()
  const defined = [content, rendered].flatMap((one) =>
    items(one.authenticationFlows).map(({ alias }) => alias),
  )
  const isComplete = flows.every(({ alias }) => defined.includes(alias))
  const isLeft = (key: string) => rendered[key] === undefined || (/^authenticat/.test(key) && !isComplete)
  const whole = keys.filter((key) => isLeft(key) && cleaned[key] !== undefined)
  const types = Object.keys(isObject(content.components) ? content.components : {})
  const added = types.filter((type) => rendered.components?.[type] === undefined)
  const pick = (from: Json, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, from[name]]))
  return {
    ...content,
    ...(clients.length > 0 && { clients }),
    ...(flows.length > 0 && { authenticationFlows: flows }),
    ...pick(cleaned, whole),
    ...(types.length > 0 && {
      components: { ...(content.components as Json), ...pick(cleaned.components ?? {}, added) },
    }),
  }
}

/** The flows of an overlay, with the ids of those that its clients name. */
function flowsOf(clients: readonly Json[], content: Json, cleaned: Realm): readonly Json[] {
  const named = namedFlows(clients)
  const own = items(content.authenticationFlows)
  const withIds = items(cleaned.authenticationFlows).filter(({ id }) => named.has(id))
  const idOf = (name: unknown) => withIds.find(({ alias }) => alias === name)?.id
  const others = withIds.filter(({ alias }) => !own.some((flow) => flow.alias === alias))
  return [
    ...own.map((flow) => (idOf(flow.alias) === undefined ? flow : { id: idOf(flow.alias), ...flow })),
    ...others.map(({ alias, id }) => ({ id, alias })),
  ]
}

function cleanRole({ composite: _, clientRole: _c, ...role }: Json): Json {
  return role
}

function cleanClient(client: Json, actual: Json, blank: Json): Json {
  const name = client.serviceAccountsEnabled ? BLANK_SERVICE : BLANK
  const defaults = find(blank.clients, name) ?? {}
  const { defaultClientScopes, optionalClientScopes, attributes, ...others } = client
  const scopes = isSame(
    [actual.defaultDefaultClientScopes, actual.defaultOptionalClientScopes],
    [defaultClientScopes, optionalClientScopes],
  )
  return {
    clientId: client.clientId,
    ...differing(others, defaults),
    ...(client.serviceAccountsEnabled === true && { serviceAccountsEnabled: true }),
    attributes: differing((attributes ?? {}) as Json, defaults.attributes),
    ...(!scopes && { defaultClientScopes, optionalClientScopes }),
  }
}

function cleanUser(user: Json, blank: Json, rendered: Realm): Json {
  const before = rendered.users?.find(({ username }) => username === user.username)
  const defaults = find(blank.users, BLANK) ?? {}
  const { id, username, ...others } = user
  return {
    ...(id !== undefined && id === before?.id && { id }),
    username,
    ...differing(others, { ...defaults, id: undefined, username: undefined }),
    ...(before?.credentials && { credentials: before.credentials }),
  }
}

/** Whether a user only has what Keycloak creates for a service account: the default role. */
function isBareServiceAccount({ username: _, enabled: _e, ...user }: Json, client: unknown): boolean {
  if (typeof client !== 'string') return false
  const { realmRoles, ...others } = withoutEmpty(user) as Json
  const roles = Array.isArray(realmRoles) ? realmRoles : []
  return Object.keys(others).length === 0 && roles.every((role) => /^default-roles-/.test(role))
}

function cleanRoles(roles: Json, blank: unknown): Json {
  const before: Json = isObject(blank) ? blank : {}
  const ofClients = Object.entries((roles.client ?? {}) as Json).map(([client, list]) => {
    const own = ownItems(list, isObject(before.client) ? before.client[client] : undefined)
    return [client, own.map(cleanRole)] as const
  })
  const differing = differingItems(roles.realm, before.realm)
  const parts = new Set(
    differing.flatMap(({ composites }) => (isObject(composites) ? strings(composites.realm) : [])),
  )
  // Keycloak creates some of its own roles too late for a role that includes them.
  const own = items(roles.realm).filter((role) => differing.includes(role) || parts.has(String(role.name)))
  return {
    realm: own.map(cleanRole),
    client: Object.fromEntries(ofClients),
  }
}

/** The items that the blank realm does not have: not Keycloak's own. */
function ownItems(value: unknown, blank: unknown): readonly Json[] {
  const builtIn = new Set(items(blank).map(identity))
  return items(value).filter((item) => !builtIn.has(identity(item)))
}

/** The items that differ from those in the blank realm. */
function differingItems(value: unknown, blank: unknown): readonly Json[] {
  const builtIn = new Map(items(blank).map((item) => [identity(item), item]))
  return items(value).filter((item) => !isSame(builtIn.get(identity(item)), item))
}

function differing(value: Json, defaults: unknown): Json {
  const before = isObject(defaults) ? defaults : {}
  return Object.fromEntries(Object.entries(value).filter(([key, inner]) => !isSame(before[key], inner)))
}

function isSame(one: unknown, other: unknown): boolean {
  return driftBetween({ value: one }, { value: other }).length === 0
}

function find(list: unknown, name: string): Json | undefined {
  return items(list).find((item) => identity(item) === name)
}
