import { MCP_SPEC } from '../../config/mcp-spec.ts'
import { strings } from '../lists.ts'
import { publicScopes } from '../patches/scopes.ts'
import { defaultRoleName } from '../realm-name.ts'
import { createdRoles } from '../references.ts'
import type { ClientScope, Realm } from '../schema.ts'
import { BASIC, CLAIM_NEEDS, scopeNamed } from './claims.ts'
import { renamedScopes, withoutNamesakes } from './namesakes.ts'
import type { Need } from './need.ts'

const DCR_SCOPE_ISSUE = 'https://github.com/keycloak/keycloak/issues/50807'

/** Scopes that every client may ask for. */
const STANDARD = ['openid', 'offline_access'] as const

/** Scopes that only configure tokens: no client should ask for one. */
const INTERNAL = ['basic', 'roles', 'web-origins', 'acr', 'service_account', 'microprofile-jwt']

/** Keycloak leaves this scope out of tokens unless the realm has organizations. */
const ORGANIZATION = 'organization'

/** Every client has the scope `basic`. */
const basicScope: Need = {
  name: 'basic-scope',
  title: 'Scope basic',
  severity: 'required',
  reason:
    'A client that registers with scopes of its own gets only "basic" as a default scope, so what every token needs has to be in it.',
  url: DCR_SCOPE_ISSUE,
  lacking: (realm) => [
    ...(scopeNamed(realm, BASIC) ? [] : ['there is no OpenID Connect client scope "basic"']),
    ...(strings(realm.defaultDefaultClientScopes).includes(BASIC)
      ? []
      : ['new clients do not get "basic" by default']),
  ],
  meet: (realm, sources) => {
    const scope = sources.defaults.clientScopes?.find(({ name }) => name === BASIC)
    const free = sources.isLive ? realm : withoutNamesakes(realm, [BASIC])
    const there = scopeNamed(free, BASIC) || !scope ? free : withScope(free, scope)
    return withDefault(there, 'defaultDefaultClientScopes', BASIC)
  },
  loosens: (realm, sources) => renamedScopes(realm, [BASIC], sources),
}

/** Tokens of clients without "full scope" carry the user's roles. */
const rolesOfRestrictedClients: Need = {
  name: 'role-mappings',
  title: 'Roles of self-registered clients',
  severity: 'required',
  reason:
    'The policy "Full Scope Disabled" takes every role out of the tokens of a client that no scope maps.',
  url: 'https://www.keycloak.org/docs/latest/server_admin/#_role_scope_mappings',
  lacking: (realm) => {
    const missing = isFullScopeDisabled(realm) ? unmapped(realm) : []
    return missing.length > 0 ? [`${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', …' : ''}`] : []
  },
  meet: (realm) => {
    const mappings = realm.scopeMappings ?? []
    const before = mappings.find(({ clientScope }) => clientScope === BASIC)
    const others = mappings.filter((mapping) => mapping !== before)
    const roles = [...strings(before?.roles), ...unmapped(realm)]
    return { ...realm, scopeMappings: [...others, { clientScope: BASIC, roles }] }
  },
}

/** `openid` and `offline_access` can be asked for. */
const standardScopes: Need = {
  name: 'standard-scopes',
  title: 'Scopes openid and offline_access',
  severity: 'required',
  reason: 'Clients ask for "openid" to know the user, and for "offline_access" to stay connected.',
  url: MCP_SPEC.authorization,
  lacking: (realm) => [
    ...STANDARD.flatMap((name) => (isRequestable(realm, name) ? [] : [`"${name}" cannot be asked for`])),
    ...(mapsOfflineAccess(realm) ? [] : ['the scope "offline_access" does not map its role']),
  ],
  meet: (realm, { standard, isLive }) => {
    const free = isLive ? realm : withoutNamesakes(realm, STANDARD)
    const named = STANDARD.reduce((before, name) => {
      const scope = standard.clientScopes?.find((one) => one.name === name)
      const there = scopeNamed(before, name) || !scope ? before : withScope(before, scope)
      return isRequestable(there, name) ? there : withDefault(there, 'defaultOptionalClientScopes', name)
    }, free)
    if (mapsOfflineAccess(named)) return named
    const mapping = { clientScope: 'offline_access', roles: ['offline_access'] }
    return { ...named, scopeMappings: [...(named.scopeMappings ?? []), mapping] }
  },
  loosens: (realm, sources) => renamedScopes(realm, STANDARD, sources),
}

/** Keycloak's scopes for MCP exist. */
const mcpScopes: Need = {
  name: 'mcp-scopes',
  title: 'Scopes for MCP',
  severity: 'advised',
  reason:
    "Keycloak's guide for MCP and many servers name the scopes mcp:tools, mcp:resources and mcp:prompts.",
  url: 'https://www.keycloak.org/securing-apps/mcp-authz-server',
  lacking: (realm, { standard }) => {
    const missing = mcpScopesOf(standard).filter(({ name }) => !scopeNamed(realm, name))
    return missing.length > 0 ? [missing.map(({ name }) => name).join(', ')] : []
  },
  meet: (realm, { standard }) =>
    mcpScopesOf(standard)
      .filter(({ name }) => !scopeNamed(realm, name))
      .reduce(
        (before, scope) => withDefault(withScope(before, scope), 'defaultOptionalClientScopes', scope.name),
        realm,
      ),
}

/** Internal scopes are not in the metadata. */
const internalScopes: Need = {
  name: 'internal-scopes',
  title: 'Internal scopes',
  severity: 'required',
  reason:
    'Some clients ask for every scope in the metadata, and Keycloak refuses or drops those that nobody is meant to ask for.',
  url: 'https://www.rfc-editor.org/rfc/rfc8414.html#section-2',
  lacking: (realm) => {
    const shown = shownScopes(realm).filter((name) => isInternal(realm, name))
    return shown.length > 0 ? [`the metadata show ${shown.join(', ')}`] : []
  },
  meet: (realm) => ({
    ...realm,
    clientScopes: realm.clientScopes?.map((scope) =>
      isInternal(realm, scope.name)
        ? { ...scope, attributes: { ...scope.attributes, [IN_METADATA]: 'false' } }
        : scope,
    ),
  }),
}

/** Every scope in the metadata can be asked for. */
const requestableScopes: Need = {
  name: 'requestable-scopes',
  title: 'Scopes in the metadata',
  severity: 'required',
  reason:
    'A client that registers with a scope from the metadata is refused when the scope is not assigned to new clients.',
  url: 'https://www.rfc-editor.org/rfc/rfc8414.html#section-2',
  lacking: (realm) => {
    const missing = shownScopes(realm).filter(
      (name) => !isInternal(realm, name) && !isRequestable(realm, name),
    )
    return missing.length > 0
      ? [`${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} shown, but cannot be asked for`]
      : []
  },
  meet: (realm) =>
    shownScopes(realm)
      .filter((name) => !isInternal(realm, name) && !isRequestable(realm, name))
      .reduce((before, name) => withDefault(before, 'defaultOptionalClientScopes', name), realm),
}

/** The needs of scopes and claims. */
export const SCOPE_NEEDS: readonly Need[] = [
  basicScope,
  ...CLAIM_NEEDS,
  rolesOfRestrictedClients,
  standardScopes,
  mcpScopes,
  internalScopes,
  requestableScopes,
]

function isInternal({ organizationsEnabled }: Realm, name: string): boolean {
  return INTERNAL.includes(name) || (name === ORGANIZATION && organizationsEnabled !== true)
}

const IN_METADATA = 'include.in.openid.provider.metadata'

function shownScopes(realm: Realm): readonly string[] {
  return publicScopes(realm).filter((name) => scopeNamed(realm, name))
}

function isRequestable(realm: Realm, name: string): boolean {
  const assigned = [
    ...strings(realm.defaultDefaultClientScopes),
    ...strings(realm.defaultOptionalClientScopes),
  ]
  return assigned.includes(name) && scopeNamed(realm, name) !== undefined
}

function mapsOfflineAccess(realm: Realm): boolean {
  return (
    realm.scopeMappings?.some(
      ({ clientScope, roles }) => clientScope === 'offline_access' && roles?.includes('offline_access'),
    ) ?? false
  )
}

function mcpScopesOf(standard: Realm): readonly ClientScope[] {
  return (standard.clientScopes ?? []).filter(({ name }) => name.startsWith('mcp:'))
}

function isFullScopeDisabled(realm: Realm): boolean {
  const policies = Object.values(realm.components ?? {}).flat()
  return policies.some(({ providerId, subType }) => providerId === 'scope' && subType === 'anonymous')
}

/** The roles that Keycloak creates in every realm. */
const BUILT_IN_ROLES = ['offline_access', 'uma_authorization']

/** The realm roles that the scope of every client does not map. */
function unmapped(realm: Realm): readonly string[] {
  const mapped = realm.scopeMappings?.find(({ clientScope }) => clientScope === BASIC)?.roles ?? []
  const defined = realm.roles?.realm?.map(({ name }) => name) ?? []
  const all = new Set([...defined, ...BUILT_IN_ROLES, ...createdRoles(realm), defaultRoleName(realm)])
  return [...all].filter((name) => !mapped.includes(name))
}

function withScope(realm: Realm, scope: ClientScope): Realm {
  // A scope of another protocol with that name stays in the way; Keycloak refuses two scopes of one name.
  if (realm.clientScopes?.some(({ name }) => name === scope.name)) return realm
  return { ...realm, clientScopes: [...(realm.clientScopes ?? []), scope] }
}

function withDefault(
  realm: Realm,
  key: 'defaultDefaultClientScopes' | 'defaultOptionalClientScopes',
  name: string,
): Realm {
  const assigned = [
    ...strings(realm.defaultDefaultClientScopes),
    ...strings(realm.defaultOptionalClientScopes),
  ]
  if (assigned.includes(name) && key === 'defaultOptionalClientScopes') return realm
  const other =
    key === 'defaultDefaultClientScopes' ? 'defaultOptionalClientScopes' : 'defaultDefaultClientScopes'
  return {
    ...realm,
    [key]: [...new Set([...strings(realm[key]), name])],
    ...(realm[other] !== undefined && { [other]: strings(realm[other]).filter((one) => one !== name) }),
  }
}
