import type { Admin } from '../admin.ts'

/** Reads the secret of a confidential client; `undefined` without such a client or secret. */
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
