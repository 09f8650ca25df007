import type ClientRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientRepresentation.js'

import type { Admin } from '../admin.ts'

/** Merges the settings of a file into existing settings. Additions stay. */
export type MergeInto = <There extends object>(there: There, declared: object) => There

/**
 * Repairs the clients of a realm's file. Generated secrets, other clients and additions to a client stay.
 */
export async function repairClients(
  admin: Admin,
  realm: string,
  clients: readonly { readonly clientId: string; readonly [setting: string]: unknown }[],
  layOn: MergeInto,
): Promise<void> {
  const scopes = new Map((await admin.clientScopes.find({ realm })).map(({ name, id }) => [name, id]))
  for (const wanted of clients as readonly ClientRepresentation[]) {
    const [there] = await admin.clients.find({ realm, clientId: wanted.clientId ?? '' })
    if (there?.id === undefined) {
      await admin.clients.create({ realm, ...wanted })
      continue
    }
    const { id } = there
    await admin.clients.update({ realm, id }, layOn({ ...there, enabled: true }, { ...wanted, id }))
    await assignScopes(admin, { realm, id }, wanted, there, (name) => scopes.get(name))
  }
}

/** Repairs a client's scopes, which have their own addresses: an update of the client does not change them. */
async function assignScopes(
  { clients }: Admin,
  client: { readonly realm: string; readonly id: string },
  wanted: ClientRepresentation,
  there: ClientRepresentation,
  idOf: (name: string) => string | undefined,
): Promise<void> {
  const lacking = (list: 'defaultClientScopes' | 'optionalClientScopes') =>
    (wanted[list] ?? []).flatMap((name) => (there[list]?.includes(name) ? [] : (idOf(name) ?? [])))
  for (const clientScopeId of lacking('defaultClientScopes')) {
    await clients.delOptionalClientScope({ ...client, clientScopeId }) // a scope is one or the other
    await clients.addDefaultClientScope({ ...client, clientScopeId })
  }
  for (const clientScopeId of lacking('optionalClientScopes')) {
    await clients.delDefaultClientScope({ ...client, clientScopeId })
    await clients.addOptionalClientScope({ ...client, clientScopeId })
  }
}
