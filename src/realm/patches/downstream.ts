import type { DownstreamTarget } from '../../config/snippet.ts'
import { McpKeycloakError } from '../../errors.ts'
import { BUILT_IN_CLIENTS } from '../built-in-clients.ts'
import type { ClientScope, Realm, RealmClient, RealmPatch, RealmUser, ScopeMapping } from '../schema.ts'
import { replaceItems, replaceKeys } from './replace.ts'

/** The APIs for which the realm's MCP servers may exchange tokens. */
export function downstreamApis(realm: Realm): readonly DownstreamTarget[] {
  const exchangers = (realm.clients ?? []).filter(
    ({ attributes }) => attributes?.['standard.token.exchange.enabled'] === 'true',
  )
  const allowed = new Set(exchangers.flatMap(({ optionalClientScopes = [] }) => optionalClientScopes))
  return Object.entries(realm.clientScopeMappings ?? {}).flatMap(([clientId, mappings]) => {
    const scopes = mappings.flatMap(({ clientScope = '' }) => (allowed.has(clientScope) ? [clientScope] : []))
    return scopes.length > 0 ? [{ clientId, scopes }] : []
  })
}

/**
 * Renames the downstream API: a client, its roles, and for each role the scope `client:role` that the MCP server asks
 * for. Several clients are several APIs. Each inherits the other settings of the API that it replaces.
 *
 * @param specs `client:role` or `client:role,client:role`
 * @throws {McpKeycloakError} `REALM_INVALID` when the realm has no such API, or another client or scope of that name
 * @see {@link https://www.rfc-editor.org/rfc/rfc8693.html#section-2.1 RFC 8693 §2.1}
 */
export function downstream(specs: readonly string[]): RealmPatch {
  const wanted = parse(specs)
  return (realm) => {
    const [old] = downstreamApis(realm)
    if (!old) throw noTokenExchange(realm.realm)
    const isOldClient = (id: string) => id === old.clientId
    const isOldScope = (name: string) => old.scopes.includes(name)
    assertFree(realm, wanted, [isOldClient, isOldScope])
    /** Replaces the old client's key with the keys of the new ones. */
    const rekeyed = <T>(record: Readonly<Record<string, T>> | undefined, make: (api: WantedApi) => T) =>
      replaceKeys(record ?? {}, isOldClient, () => wanted.map((api) => [api.id, make(api)]))
    const clients = replaceItems(
      realm.clients ?? [],
      ({ clientId }) => isOldClient(clientId),
      (pattern) => wanted.map(({ id }) => ({ ...pattern, clientId: id, name: id })),
    )
    return {
      ...realm,
      roles: {
        ...realm.roles,
        client: rekeyed(realm.roles?.client, ({ roles }) => roles.map((name) => ({ name }))),
      },
      clientScopes: replaceItems(
        realm.clientScopes ?? [],
        ({ name }) => isOldScope(name),
        (pattern) => wanted.flatMap((api) => api.roles.map((role) => scopeOf(pattern, api.id, role))),
      ),
      clientScopeMappings: rekeyed(realm.clientScopeMappings, ({ id, roles }) =>
        roles.map((role): ScopeMapping => ({ clientScope: scopeName(id, role), roles: [role] })),
      ),
      clients: clients.map((client) => withScopes(client, isOldScope, wanted)),
      ...(realm.users && {
        users: realm.users.map((user): RealmUser => {
          if (!user.clientRoles) return user
          return { ...user, clientRoles: rekeyed(user.clientRoles, ({ roles }) => [...roles]) }
        }),
      }),
    }
  }
}

interface WantedApi {
  readonly id: string
  readonly roles: readonly string[]
}

function parse(specs: readonly string[]): readonly WantedApi[] {
  const apis = new Map<string, Set<string>>()
  for (const pair of specs.flatMap((spec) => spec.split(','))) {
    const [id = '', role = ''] = pair.split(':')
    apis.set(id, (apis.get(id) ?? new Set()).add(role))
  }
  return [...apis].map(([id, roles]) => ({ id, roles: [...roles] }))
}

function scopeName(client: string, role: string): string {
  return `${client}:${role}`
}

function withScopes(
  client: RealmClient,
  isOldScope: (name: string) => boolean,
  wanted: readonly WantedApi[],
): RealmClient {
  if (!client.optionalClientScopes) return client
  const names = wanted.flatMap(({ id, roles }) => roles.map((role) => scopeName(id, role)))
  return {
    ...client,
    optionalClientScopes: replaceItems(client.optionalClientScopes, isOldScope, () => names),
  }
}

function scopeOf(pattern: ClientScope, client: string, role: string): ClientScope {
  const description = `Role "${role}" of "${client}" as the user: for the MCP server alone, by token exchange`
  return { ...pattern, name: scopeName(client, role), description }
}

type Replaced = readonly [isOldClient: (id: string) => boolean, isOldScope: (name: string) => boolean]

function assertFree(realm: Realm, wanted: readonly WantedApi[], [isOldClient, isOldScope]: Replaced): void {
  const clients = [...BUILT_IN_CLIENTS, ...(realm.clients ?? []).map(({ clientId }) => clientId)]
  const scopes = (realm.clientScopes ?? []).map(({ name }) => name)
  for (const { id, roles } of wanted) {
    if (!isOldClient(id) && clients.includes(id)) throw taken('client', id, realm.realm)
    for (const name of roles.map((role) => scopeName(id, role))) {
      if (!isOldScope(name) && scopes.includes(name)) throw taken('client scope', name, realm.realm)
    }
  }
}

function taken(kind: string, name: string, realm: string): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `--downstream cannot make the ${kind} "${name}".`,
    why: `The realm "${realm}" has another ${kind} of that name.`,
    fix: 'Choose another name for the client of the API: --downstream my-api:use-api',
  })
}

function noTokenExchange(realm: string): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `--downstream does not fit the realm "${realm}".`,
    why: 'No client of it may exchange tokens for a downstream API, so there is nothing to name.',
    fix: 'Add the overlay: --with token-exchange',
  })
}
