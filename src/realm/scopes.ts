import { McpKeycloakError } from '../errors.ts'
import type { ClientScope, Realm, RealmPatch } from './schema.ts'

/** Scopes that are Keycloak's or OpenID Connect's own: another one of that name would take their place. */
const RESERVED = [
  ...[
    'openid',
    'profile',
    'email',
    'address',
    'phone',
    'offline_access',
    'basic',
    'roles',
    'web-origins',
    'acr',
  ],
  ...['microprofile-jwt', 'organization', 'service_account'],
]

/** The client scopes that a client can see in the metadata and ask for. */
export function publicScopes(realm: Realm): readonly string[] {
  return (realm.clientScopes ?? [])
    .filter(({ attributes }) => attributes?.['include.in.openid.provider.metadata'] !== 'false')
    .map(({ name }) => name)
}

/**
 * Adds scopes that clients see, may register with and ask for, and users consent to.
 *
 * @param specs `name` or `name:"consent text"`
 * @throws {McpKeycloakError} `REALM_INVALID` for a reserved name
 */
export function scopes(specs: readonly string[]): RealmPatch {
  return (realm) => {
    const wanted = new Map(specs.map((spec) => [scopeName(spec), clientScope(spec)]))
    const kept = (realm.clientScopes ?? []).filter(({ name }) => !wanted.has(name))
    const optional = (realm.defaultOptionalClientScopes as readonly string[] | undefined) ?? []
    return {
      ...realm,
      clientScopes: [...kept, ...wanted.values()],
      defaultOptionalClientScopes: [...new Set([...optional, ...wanted.keys()])],
    }
  }
}

function scopeName(spec: string): string {
  const name = spec.replace(/:"[^"]*"$/, '')
  if (!RESERVED.includes(name)) return name
  throw new McpKeycloakError('REALM_INVALID', {
    what: `"${name}" cannot be a scope of yours.`,
    why: 'It is one of the scopes that Keycloak or OpenID Connect defines; clients can ask for those they may have anyway.',
    fix: `Leave --scope ${name} out, or choose another name, e.g. --scope api:${name}`,
  })
}

function clientScope(spec: string): ClientScope {
  const name = scopeName(spec)
  const text = /:"([^"]*)"$/.exec(spec)?.[1] ?? name
  return { name, protocol: 'openid-connect', attributes: { 'consent.screen.text': text } }
}
