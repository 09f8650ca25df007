import { didYouMean } from '../config/did-you-mean.ts'
import { McpKeycloakError } from '../errors.ts'
import type { LeakedClient } from '../testing/leaks.ts'
import type { TestClient } from '../testing/test-client.ts'
import type { TestRealm } from '../testing/test-realm.ts'

/** The realms and clients of a bridge, by the names that requests have. */
export interface RealmBook {
  add(realm: TestRealm): void
  /** @throws {McpKeycloakError} `USAGE_INVALID` for a realm that the bridge has not created */
  realm(name: string | undefined): TestRealm
  drop(name: string | undefined): Promise<void>
  register(
    name: string | undefined,
    metadata: Parameters<TestRealm['registerClient']>[0],
  ): Promise<TestClient>
  deleteClient(name: string | undefined, clientId: string): Promise<void>
  /** The realms and clients that were not removed by a request. */
  left(): { readonly realms: readonly string[]; readonly clients: readonly LeakedClient[] }
}

/** Creates an empty book. */
export function realmBook(): RealmBook {
  const realms = new Map<string, TestRealm>()
  const clients = new Map<string, { readonly client: TestClient; readonly realm: string }>()
  const find = (name = realms.keys().next().value): TestRealm => {
    const realm = name === undefined ? undefined : realms.get(name)
    if (!realm) throw noSuchRealm(name, [...realms.keys()])
    return realm
  }
  return {
    realm: find,
    add: (realm) => realms.set(realm.name, realm),
    async drop(name) {
      const realm = find(name)
      await realm.drop()
      realms.delete(realm.name)
    },
    async register(name, metadata) {
      const realm = find(name)
      const client = await realm.registerClient(metadata)
      clients.set(client.client_id, { client, realm: realm.name })
      return client
    },
    async deleteClient(name, clientId) {
      const realm = find(name).name
      const known = clients.get(clientId)
      if (known?.realm !== realm) throw noSuchClient(clientId, realm)
      await known.client.delete()
      clients.delete(clientId)
    },
    left: () => ({
      realms: [...realms.keys()],
      clients: [...clients].map(([clientId, { client, realm }]) => {
        return { realm, clientId, clientName: client.client_name }
      }),
    }),
  }
}

function noSuchRealm(name: string | undefined, names: readonly string[]): McpKeycloakError {
  const near = name === undefined ? undefined : didYouMean(name, names)
  return new McpKeycloakError('USAGE_INVALID', {
    what: name === undefined ? 'This bridge has no realm.' : `This bridge has no realm "${name}".`,
    why: `A request uses a realm that createRealm has returned and dropRealm has not removed. ${near ?? ''}`,
    fix: 'Send createRealm first, and pass the "name" of its result as "realm".',
  })
}

function noSuchClient(clientId: string, realm: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `This bridge has not registered a client "${clientId}" in the realm "${realm}", or has deleted it.`,
    why: 'deleteClient uses the registration access token that registerClient has received.',
    fix: 'Pass the "client_id" of the result of registerClient as "client", and its realm as "realm".',
  })
}
