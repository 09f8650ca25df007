import { status } from '../admin.ts'
import type { Alignment, Thing } from './list.ts'
import { text, things } from './list.ts'

/** A role's name, plus the client's name for a client role. */
export interface RoleName {
  readonly client: string | undefined
  readonly name: string
}

/** A role in the format of the Admin API's mappings. */
export interface Role {
  readonly id: string
  readonly name: string
}

/** Ids of a realm's things by their names. Roles, scopes and groups are read on first use. */
export interface RealmIds {
  client(clientId: string): string | undefined
  /** Adds a client that was created. */
  addClient(clientId: string, id: string): void
  scope(name: string): Promise<string | undefined>
  role(name: RoleName): Promise<Role | undefined>
  /** Finds roles by name; omits roles that do not exist. */
  roles(names: readonly RoleName[]): Promise<readonly Role[]>
  group(path: string): Promise<string | undefined>
}

/** Creates the ids of a realm whose clients were already read. */
export function realmIds({ admin, realm }: Alignment, actual: Thing): RealmIds {
  const clients = new Map(
    things(actual.clients).map((client) => [text(client, 'clientId'), text(client, 'id')]),
  )
  const byName = (list: readonly { readonly name?: string; readonly id?: string }[]) =>
    new Map(list.map(({ name = '', id = '' }) => [name, id]))
  const lists = new Map<string | undefined, Promise<ReadonlyMap<string, string>>>()
  const rolesOf = (client: string | undefined): Promise<ReadonlyMap<string, string>> => {
    const id = client === undefined ? '' : clients.get(client)
    if (id === undefined) return Promise.resolve(new Map())
    const read =
      lists.get(client) ??
      (client === undefined ? admin.roles.find({ realm }) : admin.clients.listRoles({ realm, id })).then(
        byName,
      )
    lists.set(client, read)
    return read
  }
  let scopes: Promise<ReadonlyMap<string, string>> | undefined
  const role = async ({ client, name }: RoleName) => {
    const id = (await rolesOf(client)).get(name)
    return id === undefined ? undefined : { id, name }
  }
  return {
    client: (clientId) => clients.get(clientId),
    addClient: (clientId, id) => clients.set(clientId, id),
    async scope(name) {
      scopes ??= admin.clientScopes.find({ realm }).then(byName)
      return (await scopes).get(name)
    },
    role,
    async roles(names) {
      return (await Promise.all(names.map(role))).flatMap((found) => found ?? [])
    },
    async group(path) {
      const found = await admin.realms.getGroupByPath({ realm, path }).catch((error: unknown) => {
        if (status(error) !== 404) throw error
      })
      return found?.id
    },
  }
}
