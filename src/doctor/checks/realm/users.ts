import { command } from '../../../config/command.ts'
import type { Realm, RealmUser } from '../../../realm/schema.ts'
import { type DoctorCheck, type Finding, fail, ok, skip } from '../../check.ts'

/** User data that a login requires, in words. If one is missing, Keycloak shows another page first. */
const PROFILE = { email: 'e-mail address', firstName: 'first name', lastName: 'last name' } as const

/** Checks that the test users can log in without a page after the login page. */
export const users: DoctorCheck<'ours'> = {
  name: 'users',
  title: 'Test users',
  group: 'realm',
  asks: 'ours',
  repair: 'users',
  run: ({ actual, rendered }) => judgeUsers(actual, rendered),
}

/** Judges which users of the realm file cannot log in. */
export function judgeUsers(actual: Realm, rendered: Realm): Finding {
  const wanted = rendered.users ?? []
  if (wanted.length === 0) return skip('the realm file has none: see "MCP needs"')
  const faults = wanted.flatMap((user) => {
    const found = actual.users?.find(({ username }) => username === user.username)
    const list = found ? faultsOf(found, user) : ['is gone']
    return list.length > 0 ? [`${user.username} ${list.join(', ')}`] : []
  })
  if (faults.length === 0) return ok(`${wanted.map(({ username }) => username).join(', ')}: complete`)
  const gone = faults.some((fault) => fault.endsWith('is gone'))
  return fail(
    faults.join('; '),
    gone
      ? 'A user that is made anew by hand has another id, so another sub in its tokens.'
      : 'Keycloak shows a page that no client expects, or says "Account is not fully set up".',
    gone ? command('reset-realm') : command('doctor', { fix: true }),
  )
}

function faultsOf(found: RealmUser, wanted: RealmUser): readonly string[] {
  const actions = (found.requiredActions as readonly string[] | undefined) ?? []
  const declared = (wanted.requiredActions as readonly string[] | undefined) ?? []
  const unasked = actions.filter((action) => !declared.includes(action))
  return [
    ...(found.enabled === false && wanted.enabled !== false ? ['is disabled'] : []),
    ...(unasked.length > 0 ? [`has to do ${unasked.join(' and ')} first`] : []),
    ...Object.entries(PROFILE).flatMap(([key, name]) =>
      wanted[key] && !found[key] ? [`has no ${name}`] : [],
    ),
    ...(wanted.emailVerified && !found.emailVerified ? ['has an unverified e-mail address'] : []),
  ]
}
