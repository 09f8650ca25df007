import { isReservedScope } from '../../config/reserved-scopes.ts'
import { McpKeycloakError } from '../../errors.ts'
import type { ClientScope, Realm, RealmPatch } from '../schema.ts'

/** The client scopes that a client can see in the metadata and ask for. */
export function publicScopes(realm: Realm): readonly string[] {
  return (realm.clientScopes ?? [])
    .filter(({ attributes }) => attributes?.['include.in.openid.provider.metadata'] !== 'false')
    .map(({ name }) => name)
}

/** The scopes that a client may register with; the metadata need not list them all. */
export function registrableScopes(realm: Realm): readonly string[] {
  return ['openid', ...names(realm.defaultDefaultClientScopes), ...names(realm.defaultOptionalClientScopes)]
}

/**
 * Adds scopes that clients see, may register with and ask for, and users consent to. An existing one stays unchanged,
 * except for the text of the consent page.
 *
 * @param specs `name` or `name:"consent text"`
 * @throws {McpKeycloakError} `REALM_INVALID` for a reserved name
 */
export function scopes(specs: readonly string[]): RealmPatch {
  return (realm) => {
    const before = realm.clientScopes ?? []
    const wanted = new Map(specs.map((spec) => [scopeName(spec), consentText(spec)]))
    const known = new Set(before.map(({ name }) => name))
    const added = [...wanted.keys()].filter((name) => !known.has(name))
    const assigned = new Set([
      ...names(realm.defaultDefaultClientScopes),
      ...names(realm.defaultOptionalClientScopes),
    ])
    return {
      ...realm,
      clientScopes: [
        ...before.map((scope) => withConsentText(scope, wanted.get(scope.name))),
        ...added.map((name) => clientScope(name, wanted.get(name) ?? name)),
      ],
      defaultOptionalClientScopes: [
        ...names(realm.defaultOptionalClientScopes),
        ...[...wanted.keys()].filter((name) => !assigned.has(name)),
      ],
    }
  }
}

/** The name in `name` or `name:"consent text"`. */
export function scopeName(spec: string): string {
  const name = spec.replace(/:"[^"]*"$/, '')
  if (!isReservedScope(name)) return name
  throw new McpKeycloakError('REALM_INVALID', {
    what: `"${name}" cannot be a scope of yours.`,
    why: 'It is one of the scopes that Keycloak or OpenID Connect defines; clients can ask for those they may have anyway.',
    fix: `Leave --scope ${name} out, or choose another name, e.g. --scope api:${name}`,
  })
}

function consentText(spec: string): string | undefined {
  return /:"([^"]*)"$/.exec(spec)?.[1]
}

function clientScope(name: string, text: string): ClientScope {
  return { name, protocol: 'openid-connect', attributes: { 'consent.screen.text': text } }
}

function withConsentText(scope: ClientScope, text: string | undefined): ClientScope {
  if (text === undefined) return scope
  return { ...scope, attributes: { ...scope.attributes, 'consent.screen.text': text } }
}

function names(list: unknown): readonly string[] {
  return (list as readonly string[] | undefined) ?? []
}
