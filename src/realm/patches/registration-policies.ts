import { McpKeycloakError } from '../../errors.ts'
import type { Realm, RealmPatch, RegistrationPolicy } from '../schema.ts'
import { permitDocumentHosts } from './client-metadata-documents.ts'

/** The component type under which a realm keeps its client registration policies. */
export const REGISTRATION_POLICY = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy'

/** The two kinds of registration: without and with an initial access token. */
type Registrant = 'anonymous' | 'authenticated'

/** A list in registration policies, and the option that adds to it. */
export interface PolicyList {
  readonly providerId: string
  readonly key: string
  readonly flag: string
  readonly registrants: readonly Registrant[]
}

const REGISTRANTS = ['anonymous', 'authenticated'] as const

/** Hosts that the URIs of a client may have: names, `*.example.com` or `[::1]`, without scheme and port. */
export const TRUSTED_HOSTS: PolicyList = {
  providerId: 'trusted-hosts',
  key: 'trusted-hosts',
  flag: '--trusted-host',
  registrants: REGISTRANTS,
}

/** Exact origins of pages that may register a client from a browser, e.g. `http://localhost:5173`. */
export const WEB_ORIGINS: PolicyList = {
  providerId: 'registration-web-origins',
  key: 'web-origins',
  flag: '--origin',
  registrants: REGISTRANTS,
}

/**
 * Trusts more hosts in the URIs of a client that registers itself or has a metadata document. These are its redirect
 * URIs, its home page and the document itself.
 *
 * @throws {McpKeycloakError} `REALM_INVALID` when the realm has no such list
 */
export function trustedHosts(hosts: readonly string[]): RealmPatch {
  return (realm) => permitDocumentHosts(addToPolicies(realm, TRUSTED_HOSTS, hosts), hosts)
}

/**
 * Lets pages of more origins register a client from a browser. Keycloak derives a client's origins for the token
 * endpoint from its redirect URIs.
 *
 * @throws {McpKeycloakError} `REALM_INVALID` when the realm has no such list
 */
export function webOrigins(origins: readonly string[]): RealmPatch {
  return (realm) => addToPolicies(realm, WEB_ORIGINS, origins)
}

/** Removes the consent page of self-registered clients: drops the policy that asks for it. */
export function noConsent(realm: Realm): Realm {
  return withoutPolicies(realm, 'consent-required')
}

/** The client registration policies of a realm. */
export function registrationPolicies(realm: Realm): readonly RegistrationPolicy[] {
  return (realm.components?.[REGISTRATION_POLICY] ?? []) as RegistrationPolicy[]
}

/** Replaces the client registration policies of a realm. */
export function withPolicies(realm: Realm, policies: readonly RegistrationPolicy[]): Realm {
  return { ...realm, components: { ...realm.components, [REGISTRATION_POLICY]: [...policies] } }
}

/** The registration policies of a provider. */
export function policiesOf(realm: Realm, providerId: string): readonly RegistrationPolicy[] {
  return registrationPolicies(realm).filter((policy) => policy.providerId === providerId)
}

/** The values of a list in a registration policy. */
export function listOf({ config }: RegistrationPolicy, { key }: PolicyList): readonly string[] {
  return config?.[key] ?? []
}

/**
 * Adds values to a list in registration policies.
 *
 * @throws {McpKeycloakError} `REALM_INVALID` when the realm has no such policy
 * @see {@link https://www.keycloak.org/securing-apps/client-registration Keycloak: client registration policies}
 */
export function addToPolicies(realm: Realm, list: PolicyList, values: readonly string[]): Realm {
  const policies = registrationPolicies(realm)
  const isMeant = ({ providerId, subType }: RegistrationPolicy) =>
    providerId === list.providerId && list.registrants.includes(subType as Registrant)
  if (!policies.some(isMeant)) throw noPolicy(realm.realm, list)
  const added = policies.map((policy) => {
    if (!isMeant(policy)) return policy
    const added = new Set([...listOf(policy, list), ...values])
    return { ...policy, config: { ...policy.config, [list.key]: [...added] } }
  })
  return withPolicies(realm, added)
}

/** Whether the realm requires an initial access token for registration. */
export function needsInitialAccessToken(realm: Realm): boolean {
  return registrationPolicies(realm).some(
    ({ providerId, subType, config }) =>
      providerId === 'max-clients' && subType === 'anonymous' && config?.['max-clients']?.[0] === '0',
  )
}

/** Removes the registration policies of a kind. */
export function withoutPolicies(realm: Realm, providerId: string): Realm {
  const kept = registrationPolicies(realm).filter((policy) => policy.providerId !== providerId)
  return withPolicies(realm, kept)
}

function noPolicy(realm: string, { providerId, flag }: PolicyList): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `${flag} does not fit the realm "${realm}".`,
    why: `Its file has no "${providerId}" registration policy, so there is no list to add to.`,
    fix: `Copy that policy from realms/fastmcp.json into your realm file, or leave ${flag} out.`,
  })
}
