import {
  listOf,
  policiesOf,
  registrationPolicies,
  TRUSTED_HOSTS,
  withPolicies,
} from '../patches/registration-policies.ts'
import type { Realm, RegistrationPolicy } from '../schema.ts'
import type { Need, NeedSources } from './need.ts'

/** Keycloak's documentation of registration policies. */
export const POLICY_DOCS =
  'https://www.keycloak.org/securing-apps/client-registration#_client_registration_policies'

/** The setting that checks the sender of a registration. */
const SENDER = 'host-sending-registration-request-must-match'

/** Any machine may send a registration. The redirect URIs stay checked. */
export const anySender: Need = {
  name: 'any-sender',
  title: 'Senders of registrations',
  severity: 'required',
  reason:
    'A client in a container, and each client of a Keycloak in Docker, sends from an address that changes ("Host not trusted").',
  url: POLICY_DOCS,
  lacking: (realm) =>
    policiesOf(realm, 'trusted-hosts').some(checksSender)
      ? ['only the hosts that "Trusted Hosts" lists may register clients']
      : [],
  meet: (realm) => changed(realm, 'trusted-hosts', (policy) => configured(policy, { [SENDER]: ['false'] })),
  loosens: (realm, { isLive }) =>
    policiesOf(realm, 'trusted-hosts').some(
      (policy) => checksSender(policy) && (isLive || listsHosts(policy)),
    )
      ? 'the policy "Trusted Hosts", which accepts registrations from its hosts only'
      : undefined,
}

/** The hosts of known client programs are trusted. */
export const trustedHosts: Need = {
  name: 'trusted-hosts',
  title: 'Trusted hosts',
  severity: 'required',
  reason: 'Keycloak refuses a client whose redirect URI or home page has an untrusted host.',
  url: POLICY_DOCS,
  lacking: (realm, sources) =>
    policiesOf(realm, 'trusted-hosts').flatMap((policy) => hostsMissing(policy, sources)),
  meet: (realm, { standard }) => {
    const hosts = knownHosts(standard)
    return changed(realm, 'trusted-hosts', (policy) =>
      configured(policy, {
        'trusted-hosts': [...new Set([...(policy.config?.['trusted-hosts'] ?? []), ...hosts])],
        'client-uris-must-match': ['true'],
      }),
    )
  },
}

/** Changes the registration policies of one kind. */
export function changed(
  realm: Realm,
  providerId: string,
  change: (policy: RegistrationPolicy) => RegistrationPolicy,
): Realm {
  const all = registrationPolicies(realm)
  return withPolicies(
    realm,
    all.map((policy) => (policy.providerId === providerId ? change(policy) : policy)),
  )
}

function configured(
  { config, ...policy }: RegistrationPolicy,
  values: NonNullable<RegistrationPolicy['config']>,
): RegistrationPolicy {
  return { ...policy, config: { ...config, ...values } }
}

function knownHosts(standard: Realm): readonly string[] {
  return policiesOf(standard, TRUSTED_HOSTS.providerId).flatMap((policy) => listOf(policy, TRUSTED_HOSTS))
}

function hostsMissing(policy: RegistrationPolicy, { standard }: NeedSources): readonly string[] {
  const trusted = listOf(policy, TRUSTED_HOSTS)
  const missing = knownHosts(standard).filter((host) => !trusted.includes(host))
  if (missing.length === 0) return []
  return [
    `${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''} not trusted`,
  ]
}

function checksSender({ config }: RegistrationPolicy): boolean {
  return config?.[SENDER]?.[0] !== 'false'
}

/** Whether an administrator has chosen the hosts. Keycloak's default has none, and nobody can register. */
function listsHosts({ config }: RegistrationPolicy): boolean {
  return config?.['trusted-hosts']?.some((host) => host !== '') ?? false
}
