import type ClientRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientRepresentation.js'
import { z } from 'zod'

import type { Admin } from '../admin.ts'

/** A client in the format of the Admin API. */
export type KeycloakClient = ClientRepresentation

/** The number of clients in a realm, and its limit. */
export const clientCountSchema = z
  .strictObject({
    /** Clients that registered themselves. */
    registered: z.number(),
    /** All clients. Keycloak's own clients also count. */
    total: z.number(),
    /** Maximum number of clients for registrations; `null` without a limit, or when the realm accepts no registration. */
    limit: z.number().nullable(),
  })
  .readonly()

/** The number of clients in a realm, and its limit. */
export type ClientCount = z.infer<typeof clientCountSchema>

/** Origin of a client that nobody created: it registered, or its id is the URL of its metadata document. */
export type ClientKind = 'registered' | 'metadata-document'

/** Clients per request. Keycloak's time to load them grows with the square of their number. */
const CLIENTS_PAGE = 100

/** Reads all clients of a realm. */
export async function readClients(admin: Admin, realm: string): Promise<readonly KeycloakClient[]> {
  const clients: KeycloakClient[] = []
  for (let first = 0; ; first += CLIENTS_PAGE) {
    const page = await admin.clients.find({ realm, first, max: CLIENTS_PAGE })
    clients.push(...page)
    if (page.length < CLIENTS_PAGE)
      return [...new Map(clients.map((client) => [client.clientId, client])).values()]
  }
}

/** Counts a realm's clients. */
export async function countClients(admin: Admin, realm: string): Promise<ClientCount> {
  const [clients, limit] = await Promise.all([readClients(admin, realm), clientLimit(admin, realm)])
  return { registered: clients.filter(isSelfRegistered).length, total: clients.length, limit }
}

/** Reads the maximum number of clients; `null` without a limit, or when the realm accepts no registration. */
export async function clientLimit(admin: Admin, realm: string): Promise<number | null> {
  const policies = await admin.components.find({
    realm,
    type: 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy',
  })
  const policy = policies.find(
    ({ providerId, subType }) => providerId === 'max-clients' && subType === 'anonymous',
  )
  const limit = Number((policy?.config as Record<string, string[]> | undefined)?.['max-clients']?.[0])
  return limit > 0 ? limit : null
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A self-registered client has the same UUID twice. A client from a file or the console has two different ids. */
export function isSelfRegistered({ id, clientId }: Pick<KeycloakClient, 'id' | 'clientId'>): boolean {
  return id === clientId && UUID.test(id ?? '')
}

/** Reads the origin of a client; `undefined` for a client from a file, a person or Keycloak itself. */
export function clientKind(client: {
  readonly id?: string
  readonly clientId?: string
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
}): ClientKind | undefined {
  if (isSelfRegistered(client)) return 'registered'
  return DOCUMENT_EXPIRY in (client.attributes ?? {}) ? 'metadata-document' : undefined
}

/** Attribute in which Keycloak stores the expiry of a cached client document. */
const DOCUMENT_EXPIRY = 'cimd.cache.expiry.time.in.sec'

/** Returns the deletion of self-registered clients by the administrator. Such a client has its `client_id` as its id. */
export function clientRemover(admin: Admin, realm: string): (clientId: string) => Promise<void> {
  return async (id) => {
    await admin.clients.del({ realm, id }, { catchNotFound: true })
  }
}
