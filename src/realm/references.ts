import { McpKeycloakError } from '../errors.ts'
import { defaultRolesName } from './realm-name.ts'
import type { Realm } from './schema.ts'

/** Realm roles that every realm has. */
const BUILT_IN_ROLES = ['offline_access', 'uma_authorization']

/** Client scopes that a realm has whose file names none. */
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
 * Refuses a realm that names a client scope or a realm role that nobody defines: Keycloak would warn in its log, leave
 * it out, and let the user find out at the first login.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export function assertReferences(realm: Realm): void {
  const scopes = new Set(realm.clientScopes?.map(({ name }) => name) ?? BUILT_IN_SCOPES)
  const roles = new Set([
    ...(realm.roles?.realm ?? []).map(({ name }) => name),
    ...BUILT_IN_ROLES,
    defaultRolesName(realm.realm),
  ])
  for (const [place, name] of scopeReferences(realm)) {
    if (!scopes.has(name)) throw undefinedReference('client scope', name, place, '--scope')
  }
  for (const [place, name] of roleReferences(realm)) {
    if (!roles.has(name)) throw undefinedReference('realm role', name, place, '--role')
  }
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

function mappings(realm: Realm): readonly Record<string, unknown>[] {
  const ofClients = Object.values((realm.clientScopeMappings as Record<string, unknown> | undefined) ?? {})
  return [...objects(realm.scopeMappings), ...ofClients.flatMap(objects)]
}

function objects(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : []
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function undefinedReference(kind: string, name: string, place: string, flag: string): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `The ${kind} "${name}" is not defined.`,
    why: `It is named in ${place}, and neither the realm file nor an overlay nor an option defines it.`,
    fix: `Define it there, or by ${flag} ${name}; or correct its spelling.`,
  })
}
