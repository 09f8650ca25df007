import { withValues } from '../placeholders.ts'
import { defaultRoleName } from '../realm-name.ts'
import type { Realm, RealmClient, RealmPatch, RealmUser } from '../schema.ts'

/**
 * The data that a new realm takes over from the previous one. Keys are names in the Admin API's form: users in lower
 * case.
 */
export interface CarriedOver {
  /** Clients that registered themselves. */
  readonly registered: readonly CarriedClient[]
  /** Secrets of the file's own clients, by client id. */
  readonly secrets: ReadonlyMap<string, string>
  /** Ids of users, also of service accounts, by user name. */
  readonly userIds: ReadonlyMap<string, string>
  /** Consents, by user name. */
  readonly consents: ReadonlyMap<string, readonly CarriedConsent[]>
}

/** A client in the format of the Admin API. */
interface CarriedClient {
  readonly clientId?: string
  readonly defaultClientScopes?: string[]
  readonly optionalClientScopes?: string[]
}

/** A consent in the format of the Admin API. */
interface CarriedConsent {
  readonly clientId?: string
  readonly grantedClientScopes?: string[]
}

/**
 * Takes over clients, secrets, users' ids and consents. A client that the file (a backup's) also has keeps its state on
 * the server. References to scopes and clients that the new realm lacks are removed, because Keycloak would refuse the
 * whole realm.
 */
export function carryOver({ registered, secrets, userIds, consents }: CarriedOver): RealmPatch {
  return (realm) => {
    const filled = (text: string) => withValues(text, realm)
    const scopes = scopeNames(realm)
    const known = (names: readonly string[] = []) =>
      names.filter((name) => scopes === undefined || scopes.has(name))
    const kept = registered.map((client) => ({
      ...client,
      defaultClientScopes: known(client.defaultClientScopes),
      optionalClientScopes: known(client.optionalClientScopes),
    })) as unknown as RealmClient[]
    const keptIds = new Set(registered.map(({ clientId }) => clientId))
    const others = (realm.clients ?? []).filter(({ clientId }) => !keptIds.has(filled(clientId)))
    const clients = [
      ...others.map((client) => withSecret(client, secrets.get(filled(client.clientId)))),
      ...kept,
    ]
    const clientIds = new Set(clients.map(({ clientId }) => filled(clientId)))
    const withConsents = (user: RealmUser): RealmUser => {
      const given = consents.get(filled(user.username).toLowerCase()) ?? []
      const clientConsents = given
        .filter(({ clientId = '' }) => clientIds.has(clientId))
        .map((consent) => ({ ...consent, grantedClientScopes: known(consent.grantedClientScopes) }))
      return clientConsents.length === 0 ? user : { ...user, clientConsents }
    }
    const own =
      realm.users?.map((user) => withId(user, userIds.get(filled(user.username).toLowerCase()))) ?? []
    const users = [...own, ...serviceAccounts(realm, clients, userIds)].map(withConsents)
    return { ...realm, clients, ...(users.length > 0 && { users }) }
  }
}

function withSecret(client: RealmClient, secret: string | undefined): RealmClient {
  return client.publicClient || client.secret !== undefined || secret === undefined
    ? client
    : { ...client, secret }
}

function withId(user: RealmUser, idOnServer: string | undefined): RealmUser {
  const id = user.id ?? idOnServer
  return id === undefined ? user : { ...user, id }
}

/** The users of service accounts that the file does not name. Keycloak would create them with other ids. */
function serviceAccounts(
  realm: Realm,
  clients: readonly RealmClient[],
  userIds: ReadonlyMap<string, string>,
): readonly RealmUser[] {
  const named = new Set(realm.users?.map(({ username }) => username.toLowerCase()))
  return clients.flatMap(({ clientId, serviceAccountsEnabled }) => {
    const username = `service-account-${clientId}`.toLowerCase()
    const id = userIds.get(username)
    if (!serviceAccountsEnabled || id === undefined || named.has(username)) return []
    const given = { realmRoles: [defaultRoleName(realm)], groups: realm.defaultGroups }
    return [{ id, username, enabled: true, serviceAccountClientId: clientId, ...given }]
  })
}

/** `undefined` for a realm that lists no scopes: it has Keycloak's own. */
function scopeNames(realm: Realm): ReadonlySet<string> | undefined {
  return realm.clientScopes && new Set(realm.clientScopes.map(({ name }) => name))
}
