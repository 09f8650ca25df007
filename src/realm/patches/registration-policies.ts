import { McpKeycloakError } from '../../errors.ts'
import type { Realm, RegistrationPolicy } from '../schema.ts'

/** The component type under which a realm keeps its client registration policies. */
const POLICIES = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy'

/** The two kinds of registration: without and with an initial access token. */
type Registrant = 'anonymous' | 'authenticated'

/** A list in registration policies, and the option that adds to it. */
interface PolicyList {
  readonly providerId: string
  readonly key: string
  readonly flag: string
  readonly registrants: readonly Registrant[]
}

/** The client registration policies of a realm. */
export function registrationPolicies(realm: Realm): readonly RegistrationPolicy[] {
  return (realm.components?.[POLICIES] ?? []) as RegistrationPolicy[]
}

/** Replaces the client registration policies of a realm. */
export function withPolicies(realm: Realm, policies: readonly RegistrationPolicy[]): Realm {
  return { ...realm, components: { ...realm.components, [POLICIES]: [...policies] } }
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
    const before = policy.config?.[list.key] ?? []
    return { ...policy, config: { ...policy.config, [list.key]: [...new Set([...before, ...values])] } }
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
