import type { Alignment, Thing } from './list.ts'
import { alignList, inner, names, text, without } from './list.ts'
import type { RealmIds } from './realm-ids.ts'
import { alignMappings, roleNames } from './roles.ts'

/** Aligns the groups, the default groups and the groups' role mappings. The roles must exist. */
export async function alignGroups(at: Alignment, ids: RealmIds, wanted: Thing, actual: Thing): Promise<void> {
  const { admin, realm } = at
  await alignLevel(at, ids, wanted.groups, actual.groups, (group) => admin.groups.create({ realm, ...group }))
  const [goal, there] = [names(wanted.defaultGroups), names(actual.defaultGroups)]
  const each = async (paths: readonly string[], call: (id: string) => Promise<unknown>) => {
    for (const path of paths) {
      const id = await ids.group(path)
      if (id !== undefined) await call(id)
    }
  }
  const { realms } = admin
  await each(
    there.filter((path) => !goal.includes(path)),
    (id) => realms.removeDefaultGroup({ realm, id }),
  )
  await each(
    goal.filter((path) => !there.includes(path)),
    (id) => realms.addDefaultGroup({ realm, id }),
  )
}

async function alignLevel(
  at: Alignment,
  ids: RealmIds,
  wanted: unknown,
  actual: unknown,
  create: (group: Thing) => Promise<{ readonly id: string }>,
): Promise<void> {
  const { admin, realm } = at
  const bare = (group: Thing) => without(at.settings(group), 'subGroups', 'realmRoles', 'clientRoles')
  const fill = async (group: Thing, there: Thing, id: string) => {
    await alignMappings(
      ids,
      roleNames(group.realmRoles, inner(group, 'clientRoles')),
      roleNames(there.realmRoles, inner(there, 'clientRoles')),
      {
        add: (roles) => admin.groups.addRealmRoleMappings({ realm, id, roles: [...roles] }),
        remove: (roles) => admin.groups.delRealmRoleMappings({ realm, id, roles: [...roles] }),
        addOfClient: (clientUniqueId, roles) =>
          admin.groups.addClientRoleMappings({ realm, id, clientUniqueId, roles: [...roles] }),
        removeOfClient: (clientUniqueId, roles) =>
          admin.groups.delClientRoleMappings({ realm, id, clientUniqueId, roles: [...roles] }),
      },
    )
    const createChild = (child: Thing) => admin.groups.createChildGroup({ realm, id }, child)
    await alignLevel(at, ids, group.subGroups, there.subGroups, createChild)
  }
  await alignList(at, {
    wanted,
    actual,
    key: (group) => text(group, 'name'),
    async create(group) {
      const { id } = await create(bare(group))
      await fill(group, {}, id)
    },
    remove: (there) => admin.groups.del({ realm, id: text(there, 'id') }),
    async update(group, there) {
      const id = text(there, 'id')
      if (!at.isSame(bare(group), bare(there)))
        await admin.groups.update({ realm, id }, { attributes: {}, ...bare(group) })
      await fill(group, there, id)
    },
  })
}

/** Aligns the groups that a user is in. */
export async function alignMemberships(
  { admin, realm }: Alignment,
  ids: RealmIds,
  id: string,
  wanted: unknown,
  actual: unknown,
): Promise<void> {
  const [goal, there] = [names(wanted), names(actual)]
  for (const path of there.filter((one) => !goal.includes(one))) {
    const groupId = await ids.group(path)
    if (groupId !== undefined) await admin.users.delFromGroup({ realm, id, groupId })
  }
  for (const path of goal.filter((one) => !there.includes(one))) {
    const groupId = await ids.group(path)
    if (groupId !== undefined) await admin.users.addToGroup({ realm, id, groupId })
  }
}
