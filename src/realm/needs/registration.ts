import { command } from '../../config/command.ts'
import { MCP_SPEC } from '../../config/mcp-spec.ts'
import {
  policiesOf,
  registrationPolicies,
  withoutPolicies,
  withPolicies,
} from '../patches/registration-policies.ts'
import type { Realm, RegistrationPolicy } from '../schema.ts'
import type { Need } from './need.ts'
import { refusing } from './refusing-policies.ts'
import { anySender, changed, POLICY_DOCS, trustedHosts } from './trusted-hosts.ts'

/** Clients that a realm should have room for, in addition to those of its file. */
const ROOM = 100

/** Rules limit the clients that register without an account. */
const policies: Need = {
  name: 'registration-policies',
  title: 'Registration policies',
  severity: 'advised',
  reason: 'Without a policy, anybody who reaches Keycloak registers any client.',
  url: POLICY_DOCS,
  lacking: (realm) => (anonymous(realm).length > 0 ? [] : ['no policy for clients that register themselves']),
  meet: (realm, { standard }) =>
    withPolicies(realm, [...registrationPolicies(realm), ...anonymous(standard)]),
}

/** A client that asks for `openid` may register. */
const openid: Need = {
  name: 'openid-scope',
  title: 'Scope openid',
  severity: 'required',
  reason:
    'FastMCP and the MCP SDKs register with the scope "openid", which Keycloak refuses unless a policy names it.',
  url: 'https://github.com/keycloak/keycloak/issues/50807',
  lacking: (realm) =>
    policiesOf(realm, 'allowed-client-templates').flatMap(({ subType, config }) => [
      ...(config?.['allowed-client-scopes']?.includes('openid')
        ? []
        : [`"openid" is not allowed for ${subType} registration`]),
      ...(config?.['allow-default-scopes']?.[0] === 'false'
        ? [`default scopes are not allowed for ${subType} registration`]
        : []),
    ]),
  meet: (realm) =>
    changed(realm, 'allowed-client-templates', ({ config, ...policy }) => ({
      ...policy,
      config: {
        ...config,
        'allow-default-scopes': ['true'],
        'allowed-client-scopes': [...new Set([...(config?.['allowed-client-scopes'] ?? []), 'openid'])],
      },
    })),
}

/** Pages of MCP Inspector may register a client. */
const webOrigins: Need = {
  name: 'web-origins',
  title: 'Web origins',
  severity: 'required',
  reason:
    'A page that registers a client, such as MCP Inspector, is blocked by the browser without its origin (CORS).',
  url: 'https://github.com/modelcontextprotocol/inspector',
  lacking: (realm, { standard }) => {
    const wanted = originsOf(standard)
    if (lacksOrigins(realm)) return ['there is no policy that names them']
    return policiesOf(realm, 'registration-web-origins').flatMap(({ subType, config }) => {
      const missing = wanted.filter((origin) => !config?.['web-origins']?.includes(origin))
      return missing.length > 0 ? [`${missing.join(' and ')} for ${subType} registration`] : []
    })
  },
  meet: (realm, { standard }) =>
    changed(
      lacksOrigins(realm) ? withOrigins(realm, standard) : realm,
      'registration-web-origins',
      ({ config, ...policy }) => ({
        ...policy,
        config: {
          ...config,
          'web-origins': [...new Set([...(config?.['web-origins'] ?? []), ...originsOf(standard)])],
        },
      }),
    ),
}

/** The realm has room for more clients. */
const room: Need = {
  name: 'client-limit',
  title: 'Client limit',
  severity: 'required',
  reason: 'Each client program registers a client of its own; Keycloak counts all clients of the realm.',
  url: POLICY_DOCS,
  lacking: (realm) => {
    const count = realm.clients?.length ?? 0
    return policiesOf(realm, 'max-clients').flatMap(({ config }) => {
      const limit = Number(config?.['max-clients']?.[0] ?? 0)
      if (limit === 0) return ['no client can register without an initial access token']
      return limit < count + ROOM ? [`the limit is ${limit} clients, and the file has ${count}`] : []
    })
  },
  meet: (realm, { standard }) => {
    const [limit] = policiesOf(standard, 'max-clients').map(({ config }) =>
      Number(config?.['max-clients']?.[0]),
    )
    const wanted = String((limit ?? ROOM) + (realm.clients?.length ?? 0))
    return changed(realm, 'max-clients', ({ config, ...policy }) => ({
      ...policy,
      config: { ...config, 'max-clients': [wanted] },
    }))
  },
  loosens: (realm) =>
    policiesOf(realm, 'max-clients').some(({ config }) => config?.['max-clients']?.[0] === '0')
      ? 'the policy "max-clients", which refuses every client without an initial access token'
      : undefined,
}

/** A registered client can be used at once. */
const enabledClients: Need = {
  name: 'enabled-clients',
  title: 'Enabled clients',
  severity: 'required',
  reason: 'A client that is disabled after its registration cannot start a login.',
  url: POLICY_DOCS,
  lacking: (realm) =>
    policiesOf(realm, 'client-disabled').length > 0
      ? ['each client is disabled until an administrator enables it']
      : [],
  meet: (realm) => withoutPolicies(realm, 'client-disabled'),
  loosens: () => 'the policy "client-disabled", with which an administrator approves each client',
}

/** No client policy refuses registration. */
const notRefused: Need = {
  name: 'registration-open',
  title: 'Registration',
  severity: 'required',
  reason: 'MCP clients that nobody registered by hand register themselves (RFC 7591).',
  url: MCP_SPEC.dynamicRegistration,
  lacking: (realm) => refusing(realm).map((name) => `the client policy "${name}" refuses MCP clients`),
  meet: (realm) => {
    const names = refusing(realm)
    const changedPolicies = realm.clientPolicies?.policies?.map((policy) =>
      names.includes(String(policy.name)) ? { ...policy, enabled: false } : policy,
    )
    return { ...realm, clientPolicies: { ...realm.clientPolicies, policies: changedPolicies ?? [] } }
  },
  loosens: (realm) =>
    `the client policy ${refusing(realm)
      .map((name) => `"${name}"`)
      .join(' and ')}, which is switched off`,
}

/** Consent is asked for clients that nobody checked. */
const consent: Need = {
  name: 'consent',
  title: 'Consent',
  severity: 'advised',
  reason: 'A user should see which client gets access before it does.',
  url: MCP_SPEC.confusedDeputy,
  lacking: (realm) =>
    policiesOf(realm, 'consent-required').length > 0
      ? []
      : ['self-registered clients get access without a question'],
  advice: () =>
    `Add the policy "consent-required" to the realm file, or leave it out for automated tests: ${command('up', { consent: false })}`,
}

/** The needs of clients that register themselves, in the order in which a client meets them. */
export const REGISTRATION_NEEDS: readonly Need[] = [
  policies,
  notRefused,
  anySender, // before the hosts: an empty list is Keycloak's default
  trustedHosts,
  webOrigins,
  openid,
  room,
  enabledClients,
  consent,
]

function anonymous(realm: Realm): readonly RegistrationPolicy[] {
  return registrationPolicies(realm).filter(({ subType }) => subType === 'anonymous')
}

function originsOf(standard: Realm): readonly string[] {
  return policiesOf(standard, 'registration-web-origins').flatMap(({ subType, config }) =>
    subType === 'anonymous' ? (config?.['web-origins'] ?? []) : [],
  )
}

/** Files of an earlier Keycloak have no policy for origins, and Keycloak then refuses each page. */
function lacksOrigins(realm: Realm): boolean {
  const isForOrigins = ({ providerId }: RegistrationPolicy) => providerId === 'registration-web-origins'
  return anonymous(realm).length > 0 && !anonymous(realm).some(isForOrigins)
}

function withOrigins(realm: Realm, standard: Realm): Realm {
  const added = policiesOf(standard, 'registration-web-origins').filter(
    ({ subType }) => subType === 'anonymous',
  )
  return withPolicies(realm, [...registrationPolicies(realm), ...added])
}
