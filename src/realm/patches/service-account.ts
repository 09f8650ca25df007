import { McpKeycloakError } from '../../errors.ts'
import type { Realm, RealmClient, RealmPatch } from '../schema.ts'
import { mcpUrls } from './audience.ts'

/** Ids of the clients that get tokens for themselves and have no user login, in the order of the file. */
export function serviceAccountIds(realm: Realm): readonly string[] {
  const servers = new Set(mcpUrls(realm))
  return (realm.clients ?? [])
    .filter((client) => isServiceAccount(client) && !servers.has(client.clientId))
    .map(({ clientId }) => clientId)
}

/**
 * Names the clients that get tokens for themselves. Each is a copy of the realm's first service account, and together
 * they replace all previous ones.
 *
 * @throws {McpKeycloakError} `REALM_INVALID` when the realm has none to copy, or another client has that name
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-4.4 RFC 6749 §4.4}
 */
export function serviceAccounts(names: readonly string[]): RealmPatch {
  return (realm) => {
    const old = new Set(serviceAccountIds(realm))
    const pattern = realm.clients?.find(({ clientId }) => old.has(clientId))
    if (!pattern) throw noServiceAccount(realm.realm, names)
    const others = realm.clients?.filter(({ clientId }) => !old.has(clientId)) ?? []
    const taken = names.find((name) => others.some(({ clientId }) => clientId === name))
    if (taken !== undefined) throw nameTaken(taken)
    const named = [...new Set(names)].map((clientId): RealmClient => ({ ...pattern, clientId }))
    return { ...realm, clients: [...others, ...named] }
  }
}

function isServiceAccount({ serviceAccountsEnabled, standardFlowEnabled }: RealmClient): boolean {
  return serviceAccountsEnabled === true && standardFlowEnabled === false
}

function noServiceAccount(realm: string, names: readonly string[]): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `--service-account does not fit the realm "${realm}".`,
    why: 'It gives no token without a login: it has no client with a service account that could be copied.',
    fix: `Add the overlay that allows it: --with service-account ${names.map((name) => `--service-account ${name}`).join(' ')}`,
  })
}

function nameTaken(name: string): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `--service-account cannot be "${name}".`,
    why: 'Another client of the realm has that client id.',
    fix: 'Choose another name, e.g. --service-account nightly-job',
  })
}
