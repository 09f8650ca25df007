import type { Alignment, Thing } from './list.ts'
import { alignList, inner, names, text, things, without } from './list.ts'
import type { RealmIds, Role, RoleName } from './realm-ids.ts'

/** Aligns the realm's own roles, except their composites. */
export async function alignRealmRoles(at: Alignment, wanted: Thing, actual: Thing): Promise<void> {
  const { admin, realm } = at
  await alignRoleList(at, inner(wanted, 'roles').realm, inner(actual, 'roles').realm, (role) =>
    admin.roles.create({ realm, ...role }),
  )
}

/** Aligns the client roles, except their composites. The clients must exist. */
export async function alignClientRoles(
  at: Alignment,
  ids: RealmIds,
  wanted: Thing,
  actual: Thing,
): Promise<void> {
  const { admin, realm } = at
  const [goal, there] = [inner(inner(wanted, 'roles'), 'client'), inner(inner(actual, 'roles'), 'client')]
  for (const client of new Set([...Object.keys(goal), ...Object.keys(there)])) {
    const id = ids.client(client)
    if (id === undefined) continue
    await alignRoleList(at, goal[client], there[client], (role) =>
      admin.clients.createRole({ realm, ...role, id }),
    )
  }
}

async function alignRoleList(
  at: Alignment,
  wanted: unknown,
  actual: unknown,
  create: (role: Thing) => Promise<unknown>,
): Promise<void> {
  const { admin, realm } = at
  const bare = (role: Thing) => without(at.settings(role), 'composites', 'composite', 'clientRole')
  await alignList(at, {
    wanted,
    actual,
    key: (role) => text(role, 'name'),
    isSame: (one, other) => at.isSame(bare(one), bare(other)),
    create: (role) => create(bare(role)),
    update: (role, there) =>
      admin.roles.updateById(
        { realm, id: text(there, 'id') },
        { description: '', attributes: {}, ...bare(role) },
      ),
    remove: (there) => admin.roles.delById({ realm, id: text(there, 'id') }),
  })
}

/** Aligns the composites of roles. All roles must exist. */
export async function alignComposites(
  { admin, realm }: Alignment,
  ids: RealmIds,
  wanted: Thing,
  actual: Thing,
): Promise<void> {
  const there = new Map(allRoles(actual).map(({ role, thing }) => [roleKey(role), thing]))
  for (const { role, thing } of allRoles(wanted)) {
    const [added, removed] = difference(composites(thing), composites(there.get(roleKey(role)) ?? {}))
    if (added.length + removed.length === 0) continue
    const id = (await ids.role(role))?.id
    if (id === undefined) continue
    const [more, less] = [await ids.roles(added), await ids.roles(removed)]
    if (less.length > 0) await admin.roles.delCompositeRoles({ realm, id }, [...less])
    if (more.length > 0) await admin.roles.createComposite({ realm, roleId: id }, [...more])
  }
}

function composites(role: Thing): readonly RoleName[] {
  const parts = inner(role, 'composites')
  return roleNames(parts.realm, inner(parts, 'client'))
}

function allRoles(realm: Thing): readonly { readonly role: RoleName; readonly thing: Thing }[] {
  const roles = inner(realm, 'roles')
  const of = (client: string | undefined, list: unknown) =>
    things(list).map((thing) => ({ role: { client, name: text(thing, 'name') }, thing }))
  const ofClients = Object.entries(inner(roles, 'client'))
  return [...of(undefined, roles.realm), ...ofClients.flatMap(([client, list]) => of(client, list))]
}

/** Adds and removes role mappings of a user, a group or a scope. */
export interface RoleCalls {
  readonly add: (roles: readonly Role[]) => Promise<unknown>
  readonly remove: (roles: readonly Role[]) => Promise<unknown>
  readonly addOfClient: (client: string, roles: readonly Role[]) => Promise<unknown>
  readonly removeOfClient: (client: string, roles: readonly Role[]) => Promise<unknown>
}

/** Aligns the role mappings of a user, a group or a scope. */
export async function alignMappings(
  ids: RealmIds,
  wanted: readonly RoleName[],
  actual: readonly RoleName[],
  calls: RoleCalls,
): Promise<void> {
  const [added, removed] = difference(wanted, actual)
  const send = async (
    roles: readonly RoleName[],
    ofRealm: RoleCalls['add'],
    ofClient: RoleCalls['addOfClient'],
  ) => {
    for (const [client, list] of Map.groupBy(roles, (role) => role.client)) {
      const found = await ids.roles(list)
      const id = client === undefined ? undefined : ids.client(client)
      if (found.length === 0) continue
      if (client === undefined) await ofRealm(found)
      else if (id !== undefined) await ofClient(id, found)
    }
  }
  await send(removed, calls.remove, calls.removeOfClient)
  await send(added, calls.add, calls.addOfClient)
}

/** The names of the roles in a list of realm roles and in lists by client. */
export function roleNames(ofRealm: unknown, ofClients: Thing = {}): readonly RoleName[] {
  return [
    ...names(ofRealm).map((name) => ({ client: undefined, name })),
    ...Object.entries(ofClients).flatMap(([client, list]) => names(list).map((name) => ({ client, name }))),
  ]
}

function difference(wanted: readonly RoleName[], actual: readonly RoleName[]) {
  const [goal, there] = [new Set(wanted.map(roleKey)), new Set(actual.map(roleKey))]
  return [
    wanted.filter((role) => !there.has(roleKey(role))),
    actual.filter((role) => !goal.has(roleKey(role))),
  ] as const
}

function roleKey({ client, name }: RoleName): string {
  return JSON.stringify([client, name])
}
