import type { Alignment, Thing } from './list.ts'
import { alignList, inner, isThing, names, text, things, without, withRemovals } from './list.ts'
import type { RealmIds, RoleName } from './realm-ids.ts'
import { alignMappings, type RoleCalls } from './roles.ts'

/** Aligns client scopes with their protocol mappers. */
export async function alignScopes(at: Alignment, wanted: Thing, actual: Thing): Promise<void> {
  const { admin, realm } = at
  const bare = (scope: Thing) => without(at.settings(scope), 'protocolMappers')
  await alignList(at, {
    wanted: wanted.clientScopes,
    actual: actual.clientScopes,
    key: (scope) => text(scope, 'name'),
    create: (scope) => admin.clientScopes.create({ realm, ...scope }),
    remove: (there) => admin.clientScopes.del({ realm, id: text(there, 'id') }),
    async update(scope, there) {
      const id = text(there, 'id')
      const attributes = withRemovals(inner(scope, 'attributes'), inner(there, 'attributes'))
      if (!at.isSame(bare(scope), bare(there)))
        await admin.clientScopes.update(
          { realm, id },
          { ...withRemovals(bare(scope), bare(there)), id, attributes: attributes as Record<string, string> },
        )
      await alignMappers(at, scope, there, {
        create: (mapper) => admin.clientScopes.addProtocolMapper({ realm, id }, mapper),
        update: (mapper, mapperId) =>
          admin.clientScopes.updateProtocolMapper({ realm, id, mapperId }, { ...mapper, id: mapperId }),
        remove: (mapperId) => admin.clientScopes.delProtocolMapper({ realm, id, mapperId }),
      })
    },
  })
}

/** Changes the protocol mappers of a client or a scope. */
export interface MapperCalls {
  readonly create: (mapper: Thing) => Promise<unknown>
  readonly update: (mapper: Thing, id: string) => Promise<unknown>
  readonly remove: (id: string) => Promise<unknown>
}

/** Aligns the protocol mappers of a client or a scope. */
export async function alignMappers(
  at: Alignment,
  wanted: Thing,
  there: Thing,
  { create, update, remove }: MapperCalls,
): Promise<void> {
  await alignList(at, {
    wanted: wanted.protocolMappers,
    actual: there.protocolMappers,
    key: (mapper) => text(mapper, 'name'),
    create,
    update: (mapper, before) => update(mapper, text(before, 'id')),
    remove: (before) => remove(text(before, 'id')),
  })
}

/** Aligns the lists of scopes for new clients of the realm. */
export async function alignScopeLists(
  { admin, realm }: Alignment,
  ids: RealmIds,
  wanted: Thing,
  actual: Thing,
): Promise<void> {
  const { clientScopes } = admin
  await assignScopes(ids, wanted, actual, ['defaultDefaultClientScopes', 'defaultOptionalClientScopes'], {
    addDefault: (id) => clientScopes.addDefaultClientScope({ realm, id }),
    removeDefault: (id) => clientScopes.delDefaultClientScope({ realm, id }),
    addOptional: (id) => clientScopes.addDefaultOptionalClientScope({ realm, id }),
    removeOptional: (id) => clientScopes.delDefaultOptionalClientScope({ realm, id }),
  })
}

interface ScopeCalls {
  readonly addDefault: (id: string) => Promise<unknown>
  readonly removeDefault: (id: string) => Promise<unknown>
  readonly addOptional: (id: string) => Promise<unknown>
  readonly removeOptional: (id: string) => Promise<unknown>
}

/** Aligns the default and the optional scopes of a client or of the realm. */
export async function assignScopes(
  ids: RealmIds,
  wanted: Thing,
  there: Thing,
  [byDefault, optional]: readonly [string, string],
  calls: ScopeCalls,
): Promise<void> {
  const each = async (from: Thing, against: Thing, key: string, call: (id: string) => Promise<unknown>) => {
    const known = names(against[key])
    for (const name of names(from[key])) {
      const id = known.includes(name) ? undefined : await ids.scope(name)
      if (id !== undefined) await call(id)
    }
  }
  await each(there, wanted, byDefault, calls.removeDefault)
  await each(there, wanted, optional, calls.removeOptional)
  await each(wanted, there, byDefault, calls.addDefault)
  await each(wanted, there, optional, calls.addOptional)
}

/** Aligns the scope mappings: the roles that limit clients and scopes. */
export async function alignScopeMappings(
  { admin, realm }: Alignment,
  ids: RealmIds,
  wanted: Thing,
  actual: Thing,
): Promise<void> {
  const [goal, there] = [mappings(wanted), mappings(actual)]
  for (const holder of new Set([...goal.keys(), ...there.keys()])) {
    const { client, scope } = JSON.parse(holder) as { readonly client?: string; readonly scope?: string }
    const id = client === undefined ? await ids.scope(scope ?? '') : ids.client(client)
    if (id === undefined) continue
    const resource = client === undefined ? admin.clientScopes : admin.clients
    const calls: RoleCalls = {
      add: (roles) => resource.addRealmScopeMappings({ realm, id }, [...roles]),
      remove: (roles) => resource.delRealmScopeMappings({ realm, id }, [...roles]),
      addOfClient: (of, roles) => resource.addClientScopeMappings({ realm, id, client: of }, [...roles]),
      removeOfClient: (of, roles) => resource.delClientScopeMappings({ realm, id, client: of }, [...roles]),
    }
    await alignMappings(ids, goal.get(holder) ?? [], there.get(holder) ?? [], calls)
  }
}

/** Scope mappings, by client or scope. */
function mappings(realm: Thing): ReadonlyMap<string, readonly RoleName[]> {
  const found = new Map<string, RoleName[]>()
  const collect = (list: unknown, client: string | undefined) => {
    for (const mapping of things(list)) {
      const holder = JSON.stringify(
        typeof mapping.client === 'string' ? { client: mapping.client } : { scope: mapping.clientScope },
      )
      const roles = names(mapping.roles).map((name) => ({ client, name }))
      found.set(holder, [...(found.get(holder) ?? []), ...roles])
    }
  }
  collect(realm.scopeMappings, undefined)
  const ofClients = isThing(realm.clientScopeMappings) ? realm.clientScopeMappings : {}
  for (const [client, list] of Object.entries(ofClients)) collect(list, client)
  return found
}
