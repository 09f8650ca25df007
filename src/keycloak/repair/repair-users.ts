import type UserRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userRepresentation.js'

import type { Admin } from '../admin.ts'

/** The repairable settings of a user in a realm file. */
export interface UserFile {
  readonly username: string
  readonly realmRoles?: readonly string[] | undefined
  readonly [setting: string]: unknown
}

/** The settings that decide whether a user can log in. */
const SETTINGS = ['enabled', 'email', 'emailVerified', 'firstName', 'lastName'] as const

/** Repairs the profiles and required actions of users from a realm's file. Deleted users stay deleted: their ids would change. */
export async function repairUsers(admin: Admin, realm: string, users: readonly UserFile[]): Promise<void> {
  for (const wanted of users) {
    const there = await findUser(admin, realm, wanted.username)
    if (there?.id === undefined) continue
    const declared = SETTINGS.flatMap((key) => (wanted[key] === undefined ? [] : [[key, wanted[key]]]))
    const requiredActions = (wanted.requiredActions as string[] | undefined) ?? []
    await admin.users.update(
      { realm, id: there.id },
      { ...there, enabled: true, ...Object.fromEntries(declared), requiredActions },
    )
  }
}

/** Creates missing realm roles from a realm's file, and assigns the file's roles to its users. */
export async function repairRoles(
  admin: Admin,
  realm: string,
  roles: readonly { readonly name: string; readonly [setting: string]: unknown }[],
  users: readonly UserFile[],
): Promise<void> {
  const there = new Set((await admin.roles.find({ realm })).map(({ name }) => name))
  for (const role of roles) if (!there.has(role.name)) await admin.roles.create({ realm, ...role })
  const ids = new Map((await admin.roles.find({ realm })).map(({ name, id = '' }) => [name, id]))
  for (const { username, realmRoles = [] } of users) {
    const user = await findUser(admin, realm, username)
    const known = realmRoles.flatMap((name) => (ids.has(name) ? [{ id: ids.get(name) ?? '', name }] : []))
    if (user?.id) await admin.users.addRealmRoleMappings({ realm, id: user.id, roles: known })
  }
}

async function findUser(
  admin: Admin,
  realm: string,
  username: string,
): Promise<UserRepresentation | undefined> {
  const [user] = await admin.users.find({ realm, username, exact: true, briefRepresentation: false })
  return user
}
