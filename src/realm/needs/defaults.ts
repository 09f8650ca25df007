import { strings } from '../lists.ts'
import { registrationPolicies, withPolicies } from '../patches/registration-policies.ts'
import type { ClientScope, Realm } from '../schema.ts'
import type { NeedSources } from './need.ts'

/** Makes Keycloak create its own client scopes beside those of the file. */
const CREATE_DEFAULT_SCOPES = 'CreateDefaultClientScopes'

/**
 * Writes out the defaults that Keycloak gives a realm whose file leaves them out, so that they can be changed. A file with one
 * client scope or one registration policy gets none of Keycloak's own. A realm on a server has all that it has.
 */
export function withKeycloakDefaults(realm: Realm, { defaults, isLive }: NeedSources): Realm {
  if (isLive) return realm
  const withScopes = withDefaultScopes(realm, defaults)
  if (registrationPolicies(withScopes).length > 0) return withScopes
  return withPolicies(withScopes, registrationPolicies(defaults))
}

function withDefaultScopes(realm: Realm, defaults: Realm): Realm {
  const { [CREATE_DEFAULT_SCOPES]: creates, ...attributes } = (realm.attributes ?? {}) as Record<
    string,
    string
  >
  const own = realm.clientScopes
  if (own !== undefined && creates !== 'true') return realm
  const names = new Set(own?.map(({ name }) => name))
  const built = (defaults.clientScopes ?? []).filter(({ name }) => !names.has(name))
  const isBuilt = (name: unknown) => built.some((scope) => scope.name === name)
  const added = (key: 'defaultDefaultClientScopes' | 'defaultOptionalClientScopes') => [
    ...new Set([...strings(realm[key]), ...strings(defaults[key]).filter(isBuilt)]),
  ]
  return {
    ...realm,
    ...(realm.attributes !== undefined && { attributes }),
    clientScopes: [...(own ?? []), ...built],
    defaultDefaultClientScopes: added('defaultDefaultClientScopes'),
    defaultOptionalClientScopes: added('defaultOptionalClientScopes'),
    scopeMappings: withOfflineAccess(realm, built, defaults),
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
