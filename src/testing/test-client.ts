import type { Admin } from '../keycloak/admin.ts'
import type { ServerMetadata } from '../oauth/discover.ts'
import { readClient, updateClient } from '../oauth/manage-registration.ts'
import { playedClient } from '../oauth/play-client.ts'
import {
  type ClientMetadata,
  deleteClient,
  type RegisteredClient,
  registerClient,
} from '../oauth/register.ts'
import type { ClientBook, NamedClient } from './client-book.ts'
import { ifReachable } from './if-reachable.ts'

/** A client that registered itself, and that deletes itself when the scope ends (RFC 7591, RFC 7592). */
export interface TestClient extends NamedClient, AsyncDisposable {
  /** What Keycloak has of it. */
  read(): Promise<RegisteredClient>
  /** Changes what it registered with; the rest stays. It goes on with the new registration access token. */
  update(changes: Partial<ClientMetadata>): Promise<void>
  /** Deletes it by its registration access token, before the scope ends. */
  delete(): Promise<void>
}

/** Where a client registers, and who has to know of it. */
export interface Registry {
  readonly realm: string
  readonly server: ServerMetadata
  readonly initialAccessToken: string | null
  readonly admin: () => Promise<Admin>
  readonly clients: ClientBook
  /** The realm is gone, and all clients with it. */
  readonly isGone: () => boolean
  /** Throws what to do when it is. */
  readonly assertThere: () => void
}

/**
 * Registers a client for as long as a scope lasts.
 *
 * @throws {McpKeycloakError} `REGISTRATION_REFUSED`, `NOT_RUNNING` when the realm is gone
 */
export async function registerTestClient(
  registry: Registry,
  metadata: Partial<ClientMetadata>,
): Promise<TestClient> {
  const { server, initialAccessToken, clients, isGone, assertThere } = registry
  assertThere()
  const asked = { ...playedClient('mcp-keycloak test', ''), ...metadata }
  const registered = await registerClient(server, asked, initialAccessToken)
  const remove = async () => {
    await deleteClient(client)
    clients.remove(client.client_id)
  }
  const removeUnlessGone = async () => {
    if (isGone() || !clients.get(client.client_id)) return
    await remove().catch(async (error: unknown) => {
      if (await isThere(registry, client.client_id)) throw error
      clients.remove(client.client_id) // the program under test deleted it
    })
  }
  const client: TestClient = {
    ...asked,
    ...registered,
    async read() {
      assertThere()
      return readClient(client)
    },
    async update(changes) {
      const known = await client.read()
      Object.assign(client, await updateClient(client, { ...asked, ...known, ...changes }))
    },
    async delete() {
      assertThere()
      await remove()
    },
    [Symbol.asyncDispose]: () => ifReachable(removeUnlessGone()),
  }
  clients.add(client)
  return client
}

async function isThere({ admin, realm }: Registry, clientId: string): Promise<boolean> {
  return (await (await admin()).clients.find({ realm, clientId })).length > 0
}
