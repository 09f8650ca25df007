import { McpKeycloakError } from '../errors.ts'
import { BUILT_IN_CLIENTS } from './built-in-clients.ts'
import { defaultRolesName } from './realm-name.ts'
import type { Realm } from './schema.ts'

/** The realm roles of every realm. */
const BUILT_IN_ROLES = ['offline_access', 'uma_authorization']

/** The client scopes of a realm whose file names none. */
const BUILT_IN_SCOPES = [
  ...[
    'basic',
    'profile',
    'email',
    'address',
    'phone',
    'offline_access',
    'roles',
    'web-origins',
    'microprofile-jwt',
  ],
  ...['acr', 'organization', 'service_account'],
]

/**
 * Refuses a realm that names a client scope or a role without a definition. Keycloak would leave the scope out, create
 * a role without meaning, or fail without a reason. The user would find out at the first login.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export function assertReferences(realm: Realm): void {
  const scopes = definedScopes(realm)
  const roles = new Set([
    ...(realm.roles?.realm ?? []).map(({ name }) => name),
    ...BUILT_IN_ROLES,
    defaultRolesName(realm.realm),
  ])
  for (const [place, name] of scopeReferences(realm)) {
    if (!scopes.has(name)) throw undefinedReference('client scope', name, place, `by --scope ${name}`)
  }
  for (const [place, name] of roleReferences(realm)) {
    if (!roles.has(name)) throw undefinedReference('realm role', name, place, `by --role ${name}`)
  }
  for (const [place, client, name] of clientRoleReferences(realm)) {
    if (definesRole(realm, client, name)) continue
    throw undefinedReference(`role of client "${client}"`, name, place, `below "roles": {"client": …}`)
  }
}

function definedScopes(realm: Realm): ReadonlySet<string> {
  const own = realm.clientScopes?.map(({ name }) => name)
  const { CreateDefaultClientScopes } = (realm.attributes ?? {}) as Readonly<Record<string, unknown>>
  const builtIn = own === undefined || CreateDefaultClientScopes === 'true' ? BUILT_IN_SCOPES : []
  return new Set([...(own ?? []), ...builtIn])
}

function definesRole(realm: Realm, client: string, role: string): boolean {
  const ofClients = realm.roles?.client as Readonly<Record<string, unknown>> | undefined
  return BUILT_IN_CLIENTS.includes(client) || objects(ofClients?.[client]).some(({ name }) => name === role)
}

type Reference = readonly [place: string, name: string]

function* scopeReferences(realm: Realm): Generator<Reference> {
  for (const key of ['defaultDefaultClientScopes', 'defaultOptionalClientScopes'] as const) {
    for (const name of strings(realm[key])) yield [key, name]
  }
  for (const client of realm.clients ?? []) {
    for (const key of ['defaultClientScopes', 'optionalClientScopes'] as const) {
      for (const name of strings(client[key])) yield [`${key} of client "${client.clientId}"`, name]
    }
  }
  for (const { clientScope } of mappings(realm)) {
    if (typeof clientScope === 'string') yield ['scopeMappings', clientScope]
  }
}

function* roleReferences(realm: Realm): Generator<Reference> {
  for (const { username, realmRoles = [] } of realm.users ?? []) {
    for (const role of realmRoles) yield [`user "${username}"`, role]
  }
  for (const { clientScope, client, roles } of objects(realm.scopeMappings)) {
    for (const role of strings(roles)) yield [`scopeMappings of "${clientScope ?? client}"`, role]
  }
}

function* clientRoleReferences(realm: Realm): Generator<readonly [...Reference, role: string]> {
  for (const { username, clientRoles } of realm.users ?? []) {
    for (const [client, roles] of entries(clientRoles)) {
      for (const role of strings(roles)) yield [`user "${username}"`, client, role]
    }
  }
  for (const [client, mapped] of entries(realm.clientScopeMappings)) {
    for (const { roles } of objects(mapped)) {
      for (const role of strings(roles)) yield ['clientScopeMappings', client, role]
    }
  }
}

function mappings(realm: Realm): readonly Record<string, unknown>[] {
  const ofClients = entries(realm.clientScopeMappings).map(([, mapped]) => mapped)
  return [...objects(realm.scopeMappings), ...ofClients.flatMap(objects)]
}

function entries(value: unknown): readonly [string, unknown][] {
  return Object.entries((value as Readonly<Record<string, unknown>> | undefined) ?? {})
}

function objects(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : []
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function undefinedReference(kind: string, name: string, place: string, how: string): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `The ${kind} "${name}" is not defined.`,
    why: `It is named in ${place}, and neither the realm file nor an overlay nor an option defines it.`,
    fix: `Define it there, or ${how}; or correct its spelling.`,
  })
}
