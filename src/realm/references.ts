import { McpKeycloakError } from '../errors.ts'
import { BUILT_IN_CLIENTS } from './built-in-clients.ts'
import { items, strings } from './lists.ts'
import type { Json } from './overlay.ts'
import { declaredDefaultRole, defaultRoleName } from './realm-name.ts'
import type { Realm } from './schema.ts'

/** The place of a role that a client scope has. */
const MAPPINGS = 'scopeMappings'

const MAPPINGS_OF_BASIC = 'scopeMappings of "basic"'

/** The realm roles of every realm. */
const BUILT_IN_ROLES = ['offline_access', 'uma_authorization']

/** The client scope that Keycloak creates in every realm. */
const OFFLINE_ACCESS = 'offline_access'

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

/** Whether Keycloak defines a client scope of this name, in a realm whose file has no client scopes. */
export function isBuiltInScope(name: string): boolean {
  return BUILT_IN_SCOPES.includes(name)
}

/** A name that is used in a realm without a definition. */
export interface UndefinedReference {
  readonly kind: 'client scope' | 'realm role' | 'client role'
  readonly name: string
  /** The setting that names it. */
  readonly place: string
  /** The client of a client role. */
  readonly client?: string
}

/**
 * Refuses a realm that names a client scope or a role without a definition: by an option or an overlay, or where Keycloak
 * refuses it too. Other undefined names of the realm file are accepted, as Keycloak does: see {@link takenReferences}.
 *
 * @param base the realm file
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export function assertReferences(realm: Realm, base?: Realm): void {
  const taken = base ? takenReferences(base) : []
  // `--with mcp` maps each role, also those that Keycloak creates.
  const mapped = taken.map((reference) => ({ ...reference, place: MAPPINGS_OF_BASIC }))
  const known = new Set([...taken, ...mapped].map(identityOf))
  const fault = undefinedReferences(realm).find((reference) => !known.has(identityOf(reference)))
  if (fault) throw undefinedReference(fault)
}

/** The undefined names of a realm that Keycloak ignores or creates. */
export function takenReferences(realm: Realm): readonly UndefinedReference[] {
  return undefinedReferences(realm).filter(isTaken(realm))
}

/** The realm roles that Keycloak creates for a realm file which names them without a definition. */
export function createdRoles(realm: Realm): readonly string[] {
  return takenReferences(realm).flatMap(({ kind, name }) => (kind === 'realm role' ? name : []))
}

/** Whether Keycloak accepts an undefined name: not as a mapping's scope, and not as a role of an unknown client. */
function isTaken(realm: Realm): (reference: UndefinedReference) => boolean {
  const clients = new Set([...BUILT_IN_CLIENTS, ...(realm.clients ?? []).map(({ clientId }) => clientId)])
  return ({ kind, place, client }) =>
    kind === 'client scope' ? place !== MAPPINGS : client === undefined || clients.has(client)
}

function identityOf({ kind, name, place, client }: UndefinedReference): string {
  return JSON.stringify([kind, name, place, client])
}

function undefinedReferences(realm: Realm): readonly UndefinedReference[] {
  const scopes = definedScopes(realm)
  const roles = new Set([
    ...(realm.roles?.realm ?? []).map(({ name }) => name),
    ...BUILT_IN_ROLES,
    defaultRoleName(realm),
  ])
  const found: UndefinedReference[] = []
  for (const [place, name] of scopeReferences(realm)) {
    if (!scopes.has(name)) found.push({ kind: 'client scope', name, place })
  }
  for (const [place, name] of roleReferences(realm)) {
    if (!roles.has(name)) found.push({ kind: 'realm role', name, place })
  }
  for (const [place, client, name] of clientRoleReferences(realm)) {
    if (!definesRole(realm, client, name)) found.push({ kind: 'client role', name, place, client })
  }
  return found
}

function definedScopes(realm: Realm): ReadonlySet<string> {
  const own = realm.clientScopes?.map(({ name }) => name)
  const { CreateDefaultClientScopes } = (realm.attributes ?? {}) as Readonly<Record<string, unknown>>
  const builtIn = own === undefined || CreateDefaultClientScopes === 'true' ? BUILT_IN_SCOPES : []
  return new Set([...(own ?? []), ...builtIn, OFFLINE_ACCESS])
}

function definesRole(realm: Realm, client: string, role: string): boolean {
  const ofClients = realm.roles?.client as Readonly<Record<string, unknown>> | undefined
  if (BUILT_IN_CLIENTS.includes(client)) return true
  return items(ofClients?.[client]).some(({ name }) => name === role) || isOfServer(realm, client, role)
}

/** Whether Keycloak defines the role itself: it does for a client with authorization services. */
function isOfServer(realm: Realm, client: string, role: string): boolean {
  const definition = realm.clients?.find(({ clientId }) => clientId === client)
  return role === 'uma_protection' && definition?.authorizationServicesEnabled === true
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
    if (typeof clientScope === 'string') yield [MAPPINGS, clientScope]
  }
}

function* roleReferences(realm: Realm): Generator<Reference> {
  for (const { username, realmRoles = [] } of realm.users ?? []) {
    for (const role of realmRoles) yield [`user "${username}"`, role]
  }
  for (const { name, realmRoles } of groupsOf(realm.groups)) {
    for (const role of strings(realmRoles)) yield [`group "${name}"`, role]
  }
  if (declaredDefaultRole(realm) === undefined) {
    for (const role of strings(realm.defaultRoles)) yield ['defaultRoles', role]
  }
  for (const { clientScope, client, roles } of items(realm.scopeMappings)) {
    for (const role of strings(roles)) yield [`scopeMappings of "${clientScope ?? client}"`, role]
  }
}

function* clientRoleReferences(realm: Realm): Generator<readonly [...Reference, role: string]> {
  for (const { username, clientRoles } of realm.users ?? []) {
    for (const [client, roles] of entries(clientRoles)) {
      for (const role of strings(roles)) yield [`user "${username}"`, client, role]
    }
  }
  for (const { name, clientRoles } of groupsOf(realm.groups)) {
    for (const [client, roles] of entries(clientRoles)) {
      for (const role of strings(roles)) yield [`group "${name}"`, client, role]
    }
  }
  for (const [client, mapped] of entries(realm.clientScopeMappings)) {
    for (const { roles } of items(mapped)) {
      for (const role of strings(roles)) yield ['clientScopeMappings', client, role]
    }
  }
}

/** The groups of a realm, at every depth. */
function* groupsOf(groups: unknown): Generator<Json> {
  for (const group of items(groups)) {
    yield group
    yield* groupsOf(group.subGroups)
  }
}

function mappings(realm: Realm): readonly Record<string, unknown>[] {
  const ofClients = entries(realm.clientScopeMappings).map(([, mapped]) => mapped)
  return [...items(realm.scopeMappings), ...ofClients.flatMap(items)]
}

function entries(value: unknown): readonly [string, unknown][] {
  return Object.entries((value as Readonly<Record<string, unknown>> | undefined) ?? {})
}

function undefinedReference({ kind, name, place, client }: UndefinedReference): McpKeycloakError {
  const option = kind === 'client scope' ? '--scope' : '--role'
  const how = client === undefined ? `by ${option} ${name}` : `below "roles": {"client": …}`
  return new McpKeycloakError('REALM_INVALID', {
    what: `The ${client === undefined ? kind : `role of client "${client}"`} "${name}" is not defined.`,
    why: `It is named in ${place}, and neither the realm file nor an overlay nor an option defines it.`,
    fix: `Define it there, or ${how}; or correct its spelling.`,
  })
}
