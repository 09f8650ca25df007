import { command } from '../../../config/command.ts'
import type { Realm } from '../../../realm/schema.ts'
import { type DoctorCheck, type Finding, fail, ok } from '../../check.ts'

/** Checks that all roles exist and that each test user has its roles. */
export const roles: DoctorCheck<'ours'> = {
  name: 'roles',
  title: 'Roles',
  group: 'realm',
  asks: 'ours',
  repair: 'roles',
  run: ({ actual, rendered }) => judgeRoles(actual, rendered),
}

/** Judges which roles are gone and which users lack a role. */
export function judgeRoles(actual: Realm, rendered: Realm): Finding {
  const there = new Set(actual.roles?.realm?.map(({ name }) => name))
  const wanted = (rendered.roles?.realm ?? []).map(({ name }) => name)
  const missing = wanted.filter((name) => !there.has(name))
  const lacking = (rendered.users ?? []).flatMap(({ username, realmRoles = [] }) => {
    const user = actual.users?.find((found) => found.username === username)
    const lost = user ? realmRoles.filter((role) => there.has(role) && !user.realmRoles?.includes(role)) : []
    return lost.map((role) => `${username} lacks ${role}`)
  })
  if (missing.length + lacking.length === 0)
    return ok(
      wanted.length > 0 ? `${wanted.join(', ')}; the test users have theirs` : 'the test users have theirs',
    )
  return fail(
    [...missing.map((name) => `${name} is gone`), ...lacking].join('; '),
    'Tools for that role answer 403; without the default role a user gets no offline_access.',
    command('doctor', { fix: true }),
  )
}
