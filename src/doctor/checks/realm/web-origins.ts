import { CLIENT_PROFILES } from '../../../clients/all.ts'
import { command } from '../../../config/command.ts'
import type { RealmOptions } from '../../../config/realm-options.ts'
import { resetCommand } from '../../../config/reset-command.ts'
import { webOrigin } from '../../../config/values.ts'
import { registrationPolicies } from '../../../realm/patches/registration-policies.ts'
import type { Realm, RegistrationPolicy } from '../../../realm/schema.ts'
import { type DoctorCheck, type Finding, fail, ok, skip } from '../../check.ts'
import { policyList } from '../../trusted-uris.ts'

const PROVIDER = 'registration-web-origins'
const LIST = 'web-origins'

/** Checks that web pages can register from a browser, and that each entry can match a page. */
export const webOrigins: DoctorCheck<'realm'> = {
  name: 'web-origins',
  title: 'Web origins',
  group: 'realm',
  asks: 'realm',
  repair: 'policies',
  run: ({ actual, rendered, options }) => judgeWebOrigins(actual, rendered, options),
}

/** Judges the lists of origins. Without the realm file, it judges them for all known pages. */
export function judgeWebOrigins(actual: Realm, rendered: Realm | undefined, options?: RealmOptions): Finding {
  const policies = policiesOf(actual)
  if (policies.length === 0) {
    return rendered && policiesOf(rendered).length > 0
      ? skip('there is no such policy', 'See "Registration policies".')
      : ok('no such policy: no page may register from a browser')
  }
  const listed = [...new Set(policies.flatMap((policy) => policyList(policy, LIST)))]
  const bad = listed.filter((entry) => entry !== '*' && !webOrigin.safeParse(entry).success)
  const missing = [...new Set(policies.flatMap((policy) => missingOrigins(policy, rendered)))]
  if (missing.length === 0 && bad.length === 0) return ok(listed.join(' ') || 'none')
  return fail(
    [
      ...(missing.length > 0 ? [`${missing.join(', ')} may not register`] : []),
      ...(bad.length > 0 ? [`${bad.map((entry) => `"${entry}"`).join(', ')} can never match a page`] : []),
    ].join('; '),
    [
      ...(missing.length > 0 ? ['A page there sees "Failed to fetch" and no reason.'] : []),
      ...(bad.length > 0
        ? ['An entry is an origin to the letter, e.g. http://localhost:5173, or * alone.']
        : []),
    ],
    rendered
      ? `${command('doctor', { fix: true })}; to let one more page in: ${resetCommand(options, { origin: ['<origin>'] })}`
      : 'Admin console, Clients, Client registration, "Allowed Registration Web Origins".',
  )
}

function policiesOf(realm: Realm): readonly RegistrationPolicy[] {
  return registrationPolicies(realm).filter(({ providerId }) => providerId === PROVIDER)
}

function missingOrigins(policy: RegistrationPolicy, rendered: Realm | undefined): readonly string[] {
  const made = rendered && policiesOf(rendered).find(({ subType }) => subType === policy.subType)
  const wanted = made
    ? policyList(made, LIST)
    : CLIENT_PROFILES.flatMap(({ browserOrigins }) => browserOrigins)
  const listed = policyList(policy, LIST)
  return listed.includes('*') ? [] : wanted.filter((origin) => !listed.includes(origin))
}
