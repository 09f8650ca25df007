import type { Admin } from '../admin.ts'

/** The secret that Keycloak has for a confidential client; `undefined` when there is no such client, or it has none. */
export async function clientSecret(
  admin: Admin,
  realm: string,
  clientId: string,
): Promise<string | undefined> {
  const [client] = await admin.clients.find({ realm, clientId })
  if (client?.id === undefined || client.publicClient) return undefined
  const { value } = await admin.clients.getClientSecret({ realm, id: client.id })
  return value
}
