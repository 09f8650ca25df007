import type ClientRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientRepresentation.js'

import type { Admin } from './admin.ts'

/** Puts the clients of a realm's file back as it has them; secrets that Keycloak has generated stay, and so do others. */
export async function repairClients(
  admin: Admin,
  realm: string,
  clients: readonly { readonly clientId: string; readonly [setting: string]: unknown }[],
): Promise<void> {
  for (const wanted of clients as readonly ClientRepresentation[]) {
    const [there] = await admin.clients.find({ realm, clientId: wanted.clientId ?? '' })
    if (there?.id === undefined) {
      await admin.clients.create({ realm, ...wanted })
      continue
    }
    const { id } = there
    const attributes = { ...there.attributes, ...wanted.attributes }
    await admin.clients.update({ realm, id }, { ...there, enabled: true, ...wanted, id, attributes })
  }
}
