import { UNCHANGEABLE_CLIENT } from '../built-in-clients.ts'
import { items } from '../lists.ts'
import { isObject, type Json } from '../overlay.ts'
import { BAD_TOKEN_KEY, KEY_PROVIDER } from '../patches/signing-key.ts'
import { defaultRolesName } from '../realm-name.ts'
import type { Realm, RealmClient } from '../schema.ts'
import { withFlowNames } from './flow-overrides.ts'

/** Fields that differ between two creations of one realm, and are not settings. */
const NO_SETTINGS = new Set([
  ...['id', '_id', 'internalId', 'containerId', 'parentId', 'keycloakVersion', 'notBefore'],
  ...['createdTimestamp', 'access', 'totp', 'disableableCredentialTypes'],
  ...['registrationAccessToken', 'registeredNodes', 'path', 'subGroupCount'],
])

/** Objects whose keys are free names, not settings. */
const FREE_KEYS = new Set(['config', 'configuration', 'attributes', 'localizationTexts', 'client'])

/** Notes that Keycloak and mcp-keycloak write when they create something. */
const NOTES = /^(client\.secret\.(creation|expiration|rotated)|mcp-keycloak\.)/

/** The values that a realm file declares and that Keycloak would otherwise generate. */
export interface Declared {
  /** Ids of users, by user name. */
  readonly userIds: ReadonlyMap<string, string>
  /** Clients whose secret is in the file. */
  readonly secrets: ReadonlySet<string>
  readonly keys: boolean
  /** Names of keys whose certificate is in the file. */
  readonly certificates: ReadonlySet<unknown>
}

/** The declared values of a rendered realm. */
export function declaredIn(rendered: Realm): Declared {
  return {
    userIds: new Map(
      (rendered.users ?? []).flatMap(({ username, id }) =>
        typeof id === 'string' ? [[username, id] as const] : [],
      ),
    ),
    secrets: new Set(
      (rendered.clients ?? []).flatMap(({ clientId, secret }) => (secret === undefined ? [] : [clientId])),
    ),
    keys: rendered.components?.[KEY_PROVIDER] !== undefined,
    certificates: new Set(
      items(rendered.components?.[KEY_PROVIDER])
        .filter(({ config }) => isObject(config) && config.certificate !== undefined)
        .map(({ name }) => name),
    ),
  }
}

/**
 * The realm on the server, without the values that each creation of it generates: ids, times, secrets and keys.
 * Self-registered clients are left out.
 */
export function comparable(exported: Json, declared: Declared): Json {
  const own = withoutTransient(exported)
  const clients = items(own.clients).map((found) => {
    const client = withFlowNames(found, exported.authenticationFlows)
    const { secret, ...others } = client
    return declared.secrets.has(String(client.clientId)) ? client : others
  })
  const users = items(own.users)
    .filter(isOfRealm)
    .map((user) => [user, declared.userIds.has(String(user.username))] as const)
    .map(([user, hasId]) => ({ ...(settings(user) as Json), ...(hasId && { id: user.id }) }))
  const { users: _, ...others } = own
  return {
    ...(settings({ ...others, clients, components: withoutKeys(own.components, declared) }) as Json),
    users,
  }
}

/**
 * Removes self-registered clients, and everything that belongs to them, from an exported realm. Also removes the client
 * scopes of a client that nobody can change.
 */
export function withoutTransient(exported: Json): Json {
  const transient = new Set(
    items(exported.clients)
      .filter(isTransient)
      .map(({ clientId }) => clientId),
  )
  return {
    ...exported,
    clients: items(exported.clients)
      .filter(({ clientId }) => !transient.has(clientId))
      .map(withoutUnchangeable),
    users: items(exported.users).filter(
      ({ serviceAccountClientId }) => !transient.has(serviceAccountClientId),
    ),
    roles: withoutRolesOf(exported.roles, transient),
    clientScopeMappings: withoutMappingsOf(exported.clientScopeMappings, transient),
    scopeMappings: items(exported.scopeMappings).filter(({ client }) => !transient.has(client)),
  }
}

/** Removes the client scopes that Keycloak chooses for its own client, and that nobody can change. */
function withoutUnchangeable(client: Json): Json {
  if (client.clientId !== UNCHANGEABLE_CLIENT) return client
  const { defaultClientScopes: _, optionalClientScopes: __, ...others } = client
  return others
}

/** Removes self-registered clients, which a backup contains, from a realm file. Also removes the users' consents. */
export function withoutRegistered(realm: Realm): Realm {
  if (!realm.clients?.some(isTransient)) return realm
  const users = realm.users?.map(({ clientConsents: _, ...user }) => user)
  return withoutTransient({ ...realm, ...(users && { users }) }) as Realm
}

/** The self-registered clients in a realm file. */
export function registeredIn(realm: Realm): readonly RealmClient[] {
  return (realm.clients ?? []).filter(isTransient)
}

/** A part of a realm without ids and times. */
export function withoutNotes(thing: Json): Json {
  return settings(thing) as Json
}

/** Renames an exported realm. The old name must be unique, because every occurrence of it is replaced. */
export function renamed(exported: Json, from: string, to: string): Json {
  const text = JSON.stringify(exported)
    .replaceAll(defaultRolesName(from), JSON.stringify(defaultRolesName(to)).slice(1, -1))
    .replaceAll(from, JSON.stringify(to).slice(1, -1))
  return JSON.parse(text)
}

/** Removes the ids of users, for comparisons without them. */
export function withoutUserIds(realm: Json): Json {
  return { ...realm, users: items(realm.users).map(({ id: _, ...user }) => user) }
}

function settings(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => settings(item))
  if (!isObject(value)) return value
  const dropped = FREE_KEYS.has(key)
    ? (name: string) => NOTES.test(name)
    : (name: string) => NO_SETTINGS.has(name)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => !dropped(name) && !isSameAsNone(name, inner))
      .map(([name, inner]) => [name, settings(inner, name)]),
  )
}

/**
 * Whether a value means the same as none. Keycloak writes it for a file, but not for a client created in its console.
 */
function isSameAsNone(name: string, value: unknown): boolean {
  return name === 'post.logout.redirect.uris' && value === '+'
}

/** Whether a user belongs to the realm, not to a user directory such as LDAP. */
export function isOfRealm({ federationLink }: Json): boolean {
  return federationLink === undefined
}

/** Keycloak generates such ids. A file may give a client two equal ids of another form. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether a client registered itself (its two ids are equal), or is the copy of a metadata document. */
function isTransient({ id, clientId, attributes }: Json): boolean {
  return (
    (id === clientId && UUID.test(String(id))) ||
    (isObject(attributes) && 'cimd.cache.expiry.time.in.sec' in attributes)
  )
}

function withoutRolesOf(roles: unknown, transient: ReadonlySet<unknown>): unknown {
  if (!isObject(roles)) return roles
  return { ...roles, client: withoutMappingsOf(roles.client, transient) }
}

function withoutMappingsOf(mappings: unknown, transient: ReadonlySet<unknown>): unknown {
  if (!isObject(mappings)) return mappings
  const kept = Object.entries(mappings).filter(([client]) => !transient.has(client))
  return Object.fromEntries(
    kept.map(([client, list]) => [client, items(list).filter((item) => !transient.has(item.client))]),
  )
}

function withoutKeys(components: unknown, { keys, certificates }: Declared): unknown {
  if (!isObject(components)) return components
  const { [KEY_PROVIDER]: own, ...others } = components
  if (!keys) return others
  const withoutCertificate = (key: Json): Json => {
    const { certificate: _, ...config } = isObject(key.config) ? key.config : {}
    return certificates.has(key.name) ? key : { ...key, config }
  }
  const chosen = items(own).filter((key) => key.name !== BAD_TOKEN_KEY && !isFallback(key))
  return { ...others, ...(own !== undefined && { [KEY_PROVIDER]: chosen.map(withoutCertificate) }) }
}

/** Whether Keycloak generated a key at a login, because the file has none of that kind. */
function isFallback({ name, config }: Json): boolean {
  return /^fallback-/.test(String(name)) && isObject(config) && String(config.priority) === '-100'
}
