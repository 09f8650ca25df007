import { CLIENT_PROFILES } from '../../../clients/all.ts'
import { command } from '../../../config/command.ts'
import type { RealmOptions } from '../../../config/realm-options.ts'
import { resetCommand } from '../../../config/reset-command.ts'
import { hostName } from '../../../config/values.ts'
import { registrationPolicies } from '../../../realm/patches/registration-policies.ts'
import type { Realm, RegistrationPolicy } from '../../../realm/schema.ts'
import { type DoctorCheck, type Finding, fail, ok, skip } from '../../check.ts'
import { hostsOf, isTrusted, policyList, TRUSTED_HOSTS } from '../../trusted-uris.ts'

/** Checks that the realm trusts each host that clients need, and that each entry can match a host. */
export const trustedHosts: DoctorCheck<'realm'> = {
  name: 'trusted-hosts',
  title: 'Trusted hosts',
  group: 'realm',
  asks: 'realm',
  repair: 'policies',
  run: ({ actual, rendered, options }) => judgeTrustedHosts(actual, rendered, options),
}

/** Judges the lists of trusted hosts. Without the realm file, it judges them for all known clients. */
export function judgeTrustedHosts(
  actual: Realm,
  rendered: Realm | undefined,
  options?: RealmOptions,
): Finding {
  const policies = policiesOf(actual)
  if (policies.length === 0) {
    return rendered && policiesOf(rendered).length > 0
      ? skip('there is no such policy', 'See "Registration policies".')
      : ok('no such policy: any host may be in the URIs of a client')
  }
  const listed = [...new Set(policies.flatMap((policy) => policyList(policy, TRUSTED_HOSTS)))]
  const bad = listed.filter((entry) => !hostName.safeParse(entry).success)
  const missing = [...new Set(policies.flatMap((policy) => missingHosts(policy, rendered)))]
  if (missing.length === 0 && bad.length === 0)
    return ok(`${listed.length} hosts, all that known clients need among them`)
  return fail(
    [
      ...(missing.length > 0
        ? [`${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not trusted`]
        : []),
      ...(bad.length > 0 ? [`${bad.map((entry) => `"${entry}"`).join(', ')} can never match a host`] : []),
    ].join('; '),
    [
      ...(missing.length > 0 ? [neededBy(missing)] : []),
      ...(bad.length > 0
        ? [
            'An entry is a host name, *.domain, an IP address or [::1]: no scheme, no port, no path, no range.',
          ]
        : []),
    ],
    rendered
      ? `${command('doctor', { fix: true })}; to trust one more host: ${resetCommand(options, { trustedHost: ['<host>'] })}`
      : 'Admin console, Clients, Client registration, "Trusted Hosts".',
  )
}

function policiesOf(realm: Realm): readonly RegistrationPolicy[] {
  return registrationPolicies(realm).filter(({ providerId }) => providerId === TRUSTED_HOSTS)
}

function missingHosts(policy: RegistrationPolicy, rendered: Realm | undefined): readonly string[] {
  const made = rendered && policiesOf(rendered).find(({ subType }) => subType === policy.subType)
  const wanted = made
    ? policyList(made, TRUSTED_HOSTS)
    : CLIENT_PROFILES.flatMap(({ registration }) => (registration ? hostsOf(registration) : []))
  const listed = policyList(policy, TRUSTED_HOSTS)
  return wanted.filter((host) => !isTrusted(host, listed) && !listed.includes(host))
}

function neededBy(hosts: readonly string[]): string {
  const titles = CLIENT_PROFILES.filter(
    ({ registration }) => registration && hostsOf(registration).some((host) => hosts.includes(host)),
  ).map(({ title }) => title)
  return titles.length > 0
    ? `${titles.join(', ')} cannot register: "URI doesn't match any trusted host".`
    : 'The realm was made to trust it, and clients that have it in a URI are refused now.'
}
