import { items, strings } from '../lists.ts'
import { registrationPolicies, withPolicies } from '../patches/registration-policies.ts'
import type { ClientScope, Realm, RealmClient } from '../schema.ts'
import type { NeedSources } from './need.ts'

/** Makes Keycloak create its own client scopes beside those of the file. */
const CREATE_DEFAULT_SCOPES = 'CreateDefaultClientScopes'

/**
 * Writes out the defaults that Keycloak gives a realm whose file leaves them out, so that they can be changed. A file with one
 * client scope or one registration policy gets none of Keycloak's own. A realm on a server has all that it has.
 */
export function withKeycloakDefaults(realm: Realm, { defaults, isLive }: NeedSources): Realm {
  if (isLive) return realm
  const withScopes = withDefaultScopes(withoutTemplates(realm), defaults)
  if (registrationPolicies(withScopes).length > 0) return withScopes
  return withPolicies(withScopes, registrationPolicies(defaults))
}

/**
 * Internal scopes that Keycloak adds to a file of an earlier version, with the version that introduced them. It adds
 * them after the import, so that nothing of the file could change them.
 */
const ADDED_LATER: Readonly<Record<string, number>> = {
  roles: 4.6,
  'web-origins': 4.6,
  'microprofile-jwt': 6,
  acr: 18,
}

function isAddedLater({ keycloakVersion }: Realm, name: string): boolean {
  const version = Number.parseFloat(String(keycloakVersion))
  return version < (ADDED_LATER[name] ?? 0)
}

/**
 * Makes client scopes of the templates of Keycloak before 4.0. A file that has both lists gets no scope from the list of
 * scopes.
 */
function withoutTemplates({ clientTemplates, ...realm }: Realm): Realm {
  const scopes = items(clientTemplates).map(({ name, description, protocol, protocolMappers }) => ({
    ...{ name: String(name).replaceAll(' ', '_'), description, protocol, protocolMappers },
  })) as ClientScope[]
  if (scopes.length === 0) return realm
  const attributes = { ...(realm.attributes as object), [CREATE_DEFAULT_SCOPES]: 'true' }
  if (realm.clientScopes === undefined) return { ...realm, attributes, clientScopes: scopes }
  return { ...realm, clientScopes: [...realm.clientScopes, ...scopes] }
}

function withDefaultScopes(realm: Realm, defaults: Realm): Realm {
  const { [CREATE_DEFAULT_SCOPES]: creates, ...attributes } = (realm.attributes ?? {}) as Record<
    string,
    string
  >
  const own = realm.clientScopes
  const isWhole = own === undefined || creates === 'true'
  const names = new Set(own?.map(({ name }) => name))
  const built = (defaults.clientScopes ?? []).filter(
    ({ name }) => !names.has(name) && (isWhole || isAddedLater(realm, name)),
  )
  if (!isWhole && built.length === 0) return realm
  const isBuilt = (name: unknown) => built.some((scope) => scope.name === name)
  const added = (key: 'defaultDefaultClientScopes' | 'defaultOptionalClientScopes') => [
    ...new Set([...strings(realm[key]), ...strings(defaults[key]).filter(isBuilt)]),
  ]
  return {
    ...realm,
    ...(realm.attributes !== undefined && { attributes }),
    clientScopes: [...(own ?? []), ...built],
    ...(!isWhole && realm.clients && { clients: realm.clients.map(withScopesOf(built, defaults)) }),
    defaultDefaultClientScopes: added('defaultDefaultClientScopes'),
    defaultOptionalClientScopes: added('defaultOptionalClientScopes'),
    scopeMappings: withOfflineAccess(realm, built, defaults),
  }
}

/** Gives a client the scopes that Keycloak would add to it. */
function withScopesOf(added: readonly ClientScope[], defaults: Realm): (client: RealmClient) => RealmClient {
  const names = added.map(({ name }) => name)
  const optional = names.filter((name) => strings(defaults.defaultOptionalClientScopes).includes(name))
  const always = names.filter((name) => !optional.includes(name))
  return (client) => {
    const { defaultClientScopes: before, optionalClientScopes = [], protocol, bearerOnly } = client
    if (before === undefined || protocol === 'saml' || bearerOnly === true) return client
    return {
      ...client,
      defaultClientScopes: [...new Set([...before, ...always])],
      ...(optional.length > 0 && {
        optionalClientScopes: [...new Set([...optionalClientScopes, ...optional])],
      }),
    }
  }
}

/** Keycloak maps the role of its scope `offline_access` together with the scope. */
function withOfflineAccess(realm: Realm, built: readonly ClientScope[], defaults: Realm) {
  const mapped = realm.scopeMappings ?? []
  const added = (defaults.scopeMappings ?? []).filter(
    ({ clientScope }) =>
      built.some(({ name }) => name === clientScope) &&
      !mapped.some((one) => one.clientScope === clientScope),
  )
  return [...mapped, ...added]
}
