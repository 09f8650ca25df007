import type ClientRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientRepresentation.js'
import { z } from 'zod'

import type { Admin } from './admin.ts'

/** How full a realm is. */
export const clientCountSchema = z
  .strictObject({
    /** Clients that registered themselves. */
    registered: z.number(),
    /** All clients; Keycloak counts its own, too, against the limit. */
    total: z.number(),
    /** How many clients the realm takes before it refuses registrations; `null` without a limit, or when it takes none anyway. */
    limit: z.number().nullable(),
  })
  .readonly()

/** How full a realm is. */
type ClientCount = z.infer<typeof clientCountSchema>

/** Counts a realm's clients. */
export async function countClients(admin: Admin, realm: string): Promise<ClientCount> {
  const [clients, policies] = await Promise.all([
    admin.clients.find({ realm }),
    admin.components.find({
      realm,
      type: 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy',
    }),
  ])
  const policy = policies.find(
    ({ providerId, subType }) => providerId === 'max-clients' && subType === 'anonymous',
  )
  const limit = Number((policy?.config as Record<string, string[]> | undefined)?.['max-clients']?.[0])
  return {
    registered: clients.filter(isSelfRegistered).length,
    total: clients.length,
    limit: limit > 0 ? limit : null,
  }
}

/** Keycloak gives a client that registers itself one UUID for both; one from a file or the console has two. */
export function isSelfRegistered({ id, clientId }: ClientRepresentation): boolean {
  return id === clientId
}
