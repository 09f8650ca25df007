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
import type { ClientRegistry, NamedClient } from './client-registry.ts'
import { ifReachable } from './if-reachable.ts'

/** A self-registered client that is deleted at the end of the scope (RFC 7591, RFC 7592). */
export interface TestClient extends NamedClient, AsyncDisposable {
  /** Reads its registration from Keycloak. */
  read(): Promise<RegisteredClient>
  /** Changes parts of its registration. Keeps the new registration access token. */
  update(changes: Partial<ClientMetadata>): Promise<void>
  /** Deletes it with its registration access token, before the end of the scope. */
  delete(): Promise<void>
}

/** The realm that clients register in, and the list of its clients. */
export interface Registry {
  readonly realm: string
  readonly server: ServerMetadata
  readonly initialAccessToken: string | null
  readonly admin: () => Promise<Admin>
  readonly clients: ClientRegistry
  /** Whether the realm is gone, with all its clients. */
  readonly isGone: () => boolean
  /** Throws an error with a fix when the realm is gone. */
  readonly assertThere: () => void
}

/**
 * Registers a client until the end of the scope.
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
