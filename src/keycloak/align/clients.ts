import type { Alignment, Thing } from './list.ts'
import { alignList, inner, text, things, without, withRemovals } from './list.ts'
import type { RealmIds } from './realm-ids.ts'
import { alignMappers, assignScopes } from './scopes.ts'

/** Fields that have their own addresses in the Admin API, or that stay unchanged. */
const APART = [
  ...['protocolMappers', 'defaultClientScopes', 'optionalClientScopes'],
  ...['authorizationSettings', 'authorizationServicesEnabled'],
]

/** Aligns the clients of the realm's file. The scopes must exist. Existing clients keep their ids and secrets. */
export async function alignClients(
  at: Alignment,
  ids: RealmIds,
  wanted: Thing,
  actual: Thing,
): Promise<void> {
  const { admin, realm } = at
  await alignList(at, {
    wanted: wanted.clients,
    actual: actual.clients,
    key: (client) => text(client, 'clientId'),
    isSame: (client, there) => at.isSame(client, withSecretOf(client, there)),
    async create(client) {
      const { id } = await admin.clients.create({ realm, ...client })
      ids.addClient(text(client, 'clientId'), id)
      if (at.keepsDefaults) return
      // Keycloak adds attributes to a client that the Admin API creates, and not to one that it reads from a file.
      const created = await admin.clients.findOne({ realm, id })
      if (created) await updateClient(at, client, withSecretOf(client, { ...created }), id)
    },
    remove: (there) => admin.clients.del({ realm, id: text(there, 'id') }),
    async update(client, there) {
      const id = text(there, 'id')
      await updateClient(at, client, withSecretOf(client, there), id)
      await alignMappers(at, client, there, {
        create: (mapper) => admin.clients.addProtocolMapper({ realm, id }, mapper),
        update: (mapper, mapperId) =>
          admin.clients.updateProtocolMapper({ realm, id, mapperId }, { ...mapper, id: mapperId }),
        remove: (mapperId) => admin.clients.delProtocolMapper({ realm, id, mapperId }),
      })
    },
  })
  const known = new Map(things(actual.clients).map((client) => [text(client, 'clientId'), client]))
  for (const client of things(wanted.clients)) {
    const clientId = text(client, 'clientId')
    const [there, id] = [known.get(clientId), ids.client(clientId)]
    if (there === undefined || id === undefined) continue
    const of = (clientScopeId: string) => ({ realm, id, clientScopeId })
    await assignScopes(ids, client, there, ['defaultClientScopes', 'optionalClientScopes'], {
      addDefault: (scope) => admin.clients.addDefaultClientScope(of(scope)),
      removeDefault: (scope) => admin.clients.delDefaultClientScope(of(scope)),
      addOptional: (scope) => admin.clients.addOptionalClientScope(of(scope)),
      removeOptional: (scope) => admin.clients.delOptionalClientScope(of(scope)),
    })
  }
}

async function updateClient(at: Alignment, client: Thing, there: Thing, id: string): Promise<void> {
  const bare = (one: Thing) => without(at.settings(one), ...APART)
  const [goal, before] = [bare(client), bare(there)]
  if (at.isSame(goal, before)) return
  const attributes = withRemovals(inner(goal, 'attributes'), inner(before, 'attributes'))
  await at.admin.clients.update({ realm: at.realm, id }, { ...withRemovals(goal, before), id, attributes })
}

/** Removes the secret when the file has none: then Keycloak has generated it, and it stays. */
function withSecretOf(client: Thing, there: Thing): Thing {
  return 'secret' in client ? there : without(there, 'secret')
}
