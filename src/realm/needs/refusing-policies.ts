import type { Realm } from '../schema.ts'

/** Keycloak's own profiles that refuse MCP clients: FAPI 1 and 2, OAuth 2.1, SAML. */
const BUILT_IN = /^(fapi-[12]-|oauth-2-1-|saml-security-profile$)/

/** The executors that refuse a registration or login of the MCP SDKs on 26.7. They send no DPoP, PAR, nonce or certificate. */
const REFUSING = [
  'reject-request',
  'confidential-client',
  'dpop-bind-enforcer',
  'holder-of-key-enforcer',
  'saml-avoid-redirect',
  'saml-secure-client-uris',
  'saml-signature-enforcer',
  'secure-client-uris',
  'secure-par-content',
  'secure-redirect-uris-enforcer',
  'secure-request-object',
  'secure-response-type',
  'secure-session',
]

/** The client policies that refuse each client that registers itself. */
export function refusing(realm: Realm): readonly string[] {
  const refusingProfiles = (realm.clientProfiles?.profiles ?? [])
    .filter(({ executors }) => executors?.some(refusesClients))
    .map(({ name }) => String(name))
  return (realm.clientPolicies?.policies ?? [])
    .filter(
      ({ enabled, profiles }) =>
        enabled === true &&
        isList(profiles) &&
        profiles.some((name) => refusingProfiles.includes(String(name)) || BUILT_IN.test(String(name))),
    )
    .filter(({ conditions = [] }) => conditions.length > 0 && conditions.every(matchesRegistration))
    .map(({ name }) => String(name))
}

type Profile = NonNullable<NonNullable<Realm['clientProfiles']>['profiles']>[number]

/** Whether an executor refuses the registration or the login of an MCP client. */
function refusesClients({ executor, configuration }: NonNullable<Profile['executors']>[number]): boolean {
  const allowed = configuration?.['allowed-client-authenticators']
  if (executor === 'secure-client-authenticator')
    return !(isList(allowed) && allowed.includes('client-secret'))
  return REFUSING.includes(executor)
}

function matchesRegistration({
  condition,
  configuration,
}: {
  readonly condition: string
  readonly configuration?: Readonly<Record<string, unknown>> | undefined
}): boolean {
  if (condition === 'any-client') return true
  const sources = configuration?.['update-client-source']
  return condition === 'client-updater-context' && isList(sources) && sources.includes('ByAnonymous')
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
