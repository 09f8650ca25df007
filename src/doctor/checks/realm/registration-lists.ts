import { CLIENT_PROFILES } from '../../../clients/all.ts'
import { command } from '../../../config/command.ts'
import type { RealmOptions } from '../../../config/realm-options.ts'
import { type AddedOptions, resetCommand } from '../../../config/reset-command.ts'
import { hostName, webOrigin } from '../../../config/values.ts'
import {
  listOf,
  type PolicyList,
  policiesOf,
  TRUSTED_HOSTS,
  WEB_ORIGINS,
} from '../../../realm/patches/registration-policies.ts'
import type { Realm, RegistrationPolicy } from '../../../realm/schema.ts'
import { type DoctorCheck, type Finding, fail, ok, skip } from '../../check.ts'
import { hostsOf, isTrusted } from '../../trusted-uris.ts'

/** A list of a registration policy, with the rules and words to judge it. */
interface JudgedList extends PolicyList {
  readonly title: string
  /** The policy's name in the admin console. */
  readonly policy: string
  isEntry(entry: string): boolean
  includes(list: readonly string[], value: string): boolean
  /** The values of all known clients. */
  known(): readonly string[]
  readonly withoutPolicy: string
  complete(list: readonly string[]): string
  missing(values: readonly string[]): readonly [what: string, why: string]
  /** The kind of value that a bad entry never matches, and the form of a good one. */
  readonly entry: readonly [kind: string, form: string]
  readonly oneMore: readonly [aim: string, added: AddedOptions]
}

/** The hosts that the URIs of a client may have. */
export const HOSTS: JudgedList = {
  ...TRUSTED_HOSTS,
  title: 'Trusted hosts',
  policy: 'Trusted Hosts',
  isEntry: (entry) => hostName.safeParse(entry).success,
  includes: (list, host) => isTrusted(host, list) || list.includes(host),
  known: () => CLIENT_PROFILES.flatMap(({ registration }) => (registration ? hostsOf(registration) : [])),
  withoutPolicy: 'any host may be in the URIs of a client',
  complete: (list) => `${list.length} hosts, all that known clients need among them`,
  missing: (hosts) => [
    `${hosts.join(', ')} ${hosts.length === 1 ? 'is' : 'are'} not trusted`,
    neededBy(hosts),
  ],
  entry: [
    'host',
    'An entry is a host name, *.domain, an IP address or [::1]: no scheme, no port, no path, no range.',
  ],
  oneMore: ['trust one more host', { trustedHost: ['<host>'] }],
}

/** The origins of pages that may register a client. */
export const ORIGINS: JudgedList = {
  ...WEB_ORIGINS,
  title: 'Web origins',
  policy: 'Allowed Registration Web Origins',
  isEntry: (entry) => entry === '*' || webOrigin.safeParse(entry).success,
  includes: (list, origin) => list.includes('*') || list.includes(origin),
  known: () => CLIENT_PROFILES.flatMap(({ browserOrigins }) => browserOrigins),
  withoutPolicy: 'no page may register from a browser',
  complete: (list) => list.join(' ') || 'none',
  missing: (origins) => [
    `${origins.join(', ')} may not register`,
    'A page there sees "Failed to fetch" and no reason.',
  ],
  entry: ['page', 'An entry is an origin to the letter, e.g. http://localhost:5173, or * alone.'],
  oneMore: ['let one more page in', { origin: ['<origin>'] }],
}

/** Check that each list has the values that clients need, and that each entry can match a value. */
export const registrationLists = [HOSTS, ORIGINS].map(
  (list): DoctorCheck<'realm'> => ({
    name: list.key,
    title: list.title,
    group: 'realm',
    asks: 'realm',
    repair: 'policies',
    run: ({ actual, rendered, options }) => judgeList(list, actual, rendered, options),
  }),
)

/** Judges a list in all policies that have it. Without the realm file, it judges it for all known clients. */
export function judgeList(
  list: JudgedList,
  actual: Realm,
  rendered: Realm | undefined,
  options?: RealmOptions,
): Finding {
  const policies = policiesOf(actual, list.providerId)
  if (policies.length === 0) {
    return rendered && policiesOf(rendered, list.providerId).length > 0
      ? skip('there is no such policy', 'See "Registration policies".')
      : ok(`no such policy: ${list.withoutPolicy}`)
  }
  const listed = [...new Set(policies.flatMap((policy) => listOf(policy, list)))]
  const bad = listed.filter((entry) => !list.isEntry(entry)).map((entry) => `"${entry}"`)
  const missing = [...new Set(policies.flatMap((policy) => missingIn(policy, rendered, list)))]
  const [[kind, form], [aim, added]] = [list.entry, list.oneMore]
  const faults = [
    ...(missing.length > 0 ? [list.missing(missing)] : []),
    ...(bad.length > 0 ? [[`${bad.join(', ')} can never match a ${kind}`, form] as const] : []),
  ]
  if (faults.length === 0) return ok(list.complete(listed))
  return fail(
    faults.map(([what]) => what).join('; '),
    faults.map(([, why]) => why),
    rendered
      ? `${command('doctor', { fix: true })}; to ${aim}: ${resetCommand(options, added)}`
      : `Admin console, Clients, Client registration, "${list.policy}".`,
  )
}

function missingIn(policy: RegistrationPolicy, rendered: Realm | undefined, list: JudgedList) {
  const made =
    rendered && policiesOf(rendered, list.providerId).find(({ subType }) => subType === policy.subType)
  const wanted = made ? listOf(made, list) : list.known()
  return wanted.filter((value) => !list.includes(listOf(policy, list), value))
}

function neededBy(hosts: readonly string[]): string {
  const titles = CLIENT_PROFILES.filter(
    ({ registration }) => registration && hostsOf(registration).some((host) => hosts.includes(host)),
  ).map(({ title }) => title)
  return titles.length > 0
    ? `${titles.join(', ')} cannot register: "URI doesn't match any trusted host".`
    : 'The realm was made to trust it, and clients that have it in a URI are refused now.'
}
