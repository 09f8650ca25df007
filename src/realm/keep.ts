import type { Realm, RealmClient, RealmPatch } from './schema.ts'

/** What a new realm takes over from the one that it replaces. */
export interface Keepsakes {
  /** Clients that registered themselves. */
  readonly registered: readonly KeptClient[]
  /** Secrets of the file's own clients, by client id. */
  readonly secrets: ReadonlyMap<string, string>
  /** Consents, by user name. */
  readonly consents: ReadonlyMap<string, readonly KeptConsent[]>
}

/** A client as the Admin API has it. */
interface KeptClient {
  readonly clientId?: string
  readonly defaultClientScopes?: string[]
  readonly optionalClientScopes?: string[]
}

/** A consent as the Admin API has it. */
interface KeptConsent {
  readonly clientId?: string
  readonly grantedClientScopes?: string[]
}

/**
 * Takes over clients, secrets and consents. What names a scope or a client that the new realm does not have is left
 * out of it, or Keycloak would refuse the whole realm.
 */
export function keep({ registered, secrets, consents }: Keepsakes): RealmPatch {
  return (realm) => {
    const scopes = scopeNames(realm)
    const known = (names: readonly string[] = []) =>
      names.filter((name) => scopes === undefined || scopes.has(name))
    const kept = registered.map((client) => ({
      ...client,
      defaultClientScopes: known(client.defaultClientScopes),
      optionalClientScopes: known(client.optionalClientScopes),
    })) as unknown as RealmClient[]
    const own = (realm.clients ?? []).map((client) => withSecret(client, secrets))
    const clients = [...own, ...kept]
    const clientIds = new Set(clients.map(({ clientId }) => clientId))
    const users = realm.users?.map((user) => {
      const given = (consents.get(user.username) ?? []).filter(({ clientId = '' }) => clientIds.has(clientId))
      if (given.length === 0) return user
      const clientConsents = given.map((consent) => ({
        ...consent,
        grantedClientScopes: known(consent.grantedClientScopes),
      }))
      return { ...user, clientConsents }
    })
    return { ...realm, clients, ...(users && { users }) }
  }
}

function withSecret(client: RealmClient, secrets: ReadonlyMap<string, string>): RealmClient {
  const secret = secrets.get(client.clientId)
  return client.publicClient || client.secret !== undefined || secret === undefined
    ? client
    : { ...client, secret }
}

/** `undefined` for a realm that lists no scopes: it has Keycloak's own. */
function scopeNames(realm: Realm): ReadonlySet<string> | undefined {
  return realm.clientScopes && new Set(realm.clientScopes.map(({ name }) => name))
}
