import { MCP_SPEC } from '../../config/mcp-spec.ts'
import { strings } from '../lists.ts'
import type { ClientScope, Realm } from '../schema.ts'
import type { Need } from './need.ts'

type Profile = NonNullable<NonNullable<Realm['clientProfiles']>['profiles']>[number]
type Policy = NonNullable<NonNullable<Realm['clientPolicies']>['policies']>[number]

/** Marks a client that already gets tokens without a login, so that it keeps them. No client can register with both. */
const MARKERS = ['token-without-login', 'token-without-login-confirmed'] as const

/** Keycloak gives this scope to each client with a service account. */
const SERVICE_ACCOUNT = 'service_account'

/** The policies that refuse tokens to a self-registered client alone, and keep it from leaving them. */
const LOGIN_ONLY_POLICIES = [
  'no-token-without-login',
  'no-token-without-login-confirmed',
  'no-self-update',
] as const

/** Takes the password grant from a client when it registers. */
const NO_PASSWORD_GRANT = {
  profile: {
    name: 'no-password-grant',
    description: 'No token for a user name and password',
    executors: [{ executor: 'reject-ropc-grant', configuration: { 'auto-configure': true } }],
  },
  policy: {
    name: 'self-registered-no-password',
    description: 'A client that registers itself never sees a password',
    enabled: true,
    conditions: [
      {
        condition: 'client-updater-context',
        configuration: {
          'update-client-source': ['ByAnonymous', 'ByInitialAccessToken', 'ByRegistrationAccessToken'],
        },
      },
    ],
    profiles: ['no-password-grant'],
  },
}

/** Self-registered clients use PKCE with S256. */
const pkce: Need = {
  name: 'pkce',
  title: 'PKCE S256',
  severity: 'required',
  reason: 'Without PKCE another program can redeem the code of a login; clients have to use S256.',
  url: MCP_SPEC.codeProtection,
  lacking: (realm) => (hasPkce(realm) ? [] : ['no client policy asks self-registered clients for it']),
  meet: (realm, { standard }) => withPolicy(realm, standard, 'self-registered'),
}

/** A token is given to a person who logs in. */
const loginOnly: Need = {
  name: 'login-only',
  title: 'Tokens only after a login',
  severity: 'advised',
  reason: 'A client that registered itself could otherwise get tokens for itself, without any user.',
  url: 'https://www.keycloak.org/docs/latest/server_admin/#_client_policies',
  lacking: (realm) =>
    hasLoginOnly(realm) ? [] : ['a self-registered client gets tokens by "client_credentials" or "password"'],
  meet: (realm, { defaults, serviceAccounts }) => {
    const policies = LOGIN_ONLY_POLICIES.reduce((one, name) => withPolicy(one, serviceAccounts, name), realm)
    const limited = withPolicy(
      policies,
      {
        ...realm,
        clientProfiles: { profiles: [NO_PASSWORD_GRANT.profile] },
        clientPolicies: { policies: [NO_PASSWORD_GRANT.policy] },
      },
      NO_PASSWORD_GRANT.policy.name,
    )
    const scopes = [...(serviceAccounts.clientScopes ?? []), ...(defaults.clientScopes ?? [])]
    return withMarkers(withScopes(limited, scopes, [...MARKERS, SERVICE_ACCOUNT]))
  },
}

/** The needs of client policies. */
export const CLIENT_POLICY_NEEDS: readonly Need[] = [pkce, loginOnly]

function hasPkce(realm: Realm): boolean {
  const profiles = profilesWith(
    realm,
    ({ executor, configuration }) =>
      executor === 'pkce-enforcer' && String(configuration?.['auto-configure']) === 'true',
  )
  return activePolicies(realm).some(
    (policy) =>
      usesProfile(policy, profiles) &&
      (policy.conditions ?? []).every(({ condition, configuration }) => {
        const sources = configuration?.['update-client-source']
        return (
          condition === 'any-client' ||
          (condition === 'client-updater-context' &&
            Array.isArray(sources) &&
            sources.includes('ByAnonymous'))
        )
      }),
  )
}

function hasLoginOnly(realm: Realm): boolean {
  const profiles = profilesWith(realm, ({ executor }) => executor === 'reject-request')
  return activePolicies(realm).some(
    (policy) =>
      usesProfile(policy, profiles) &&
      policy.conditions?.some(({ condition, configuration }) => {
        const grants = configuration?.grant_types
        return condition === 'grant-type' && Array.isArray(grants) && grants.includes('client_credentials')
      }),
  )
}

type Executor = NonNullable<Profile['executors']>[number]

function profilesWith(realm: Realm, isWanted: (executor: Executor) => boolean): readonly string[] {
  return (realm.clientProfiles?.profiles ?? [])
    .filter(({ executors }) => executors?.some(isWanted))
    .map(({ name }) => String(name))
}

function activePolicies(realm: Realm): readonly Policy[] {
  return (realm.clientPolicies?.policies ?? []).filter(({ enabled }) => enabled === true)
}

function usesProfile({ profiles }: Policy, names: readonly string[]): boolean {
  return Array.isArray(profiles) && profiles.some((name) => names.includes(String(name)))
}

/** Copies a policy of the built-in realm with its profiles. A profile of the same name and other contents stays. */
function withPolicy(realm: Realm, standard: Realm, name: string): Realm {
  const policy = standard.clientPolicies?.policies?.find((one) => one.name === name)
  if (!policy) return realm
  const own = realm.clientProfiles?.profiles ?? []
  const renamed = new Map<string, string>()
  const added = (standard.clientProfiles?.profiles ?? [])
    .filter((profile) => usesProfile(policy, [String(profile.name)]))
    .flatMap((profile) => {
      const same = own.find((one) => one.name === profile.name)
      if (!same) return [profile]
      if (JSON.stringify(same.executors) === JSON.stringify(profile.executors)) return []
      const other = `${String(profile.name)}-mcp`
      renamed.set(String(profile.name), other)
      return own.some((one) => one.name === other) ? [] : [{ ...profile, name: other }]
    })
  const profiles = (policy.profiles as readonly string[]).map((one) => renamed.get(one) ?? one)
  const policies = (realm.clientPolicies?.policies ?? []).filter((one) => one.name !== name)
  return {
    ...realm,
    clientProfiles: { ...realm.clientProfiles, profiles: [...own, ...added] },
    clientPolicies: { ...realm.clientPolicies, policies: [...policies, { ...policy, profiles }] },
  }
}

/** Adds client scopes that the realm lacks. */
function withScopes(realm: Realm, from: readonly ClientScope[], names: readonly string[]): Realm {
  const own = realm.clientScopes ?? []
  const missing = names.filter((name) => !own.some((scope) => scope.name === name))
  const added = missing.flatMap((name) => from.find((scope) => scope.name === name) ?? [])
  return { ...realm, clientScopes: [...own, ...added] }
}

/** Lets the clients that have a service account keep it. */
function withMarkers(realm: Realm): Realm {
  const byDefault = strings(realm.defaultDefaultClientScopes)
  return {
    ...realm,
    ...(realm.clients && {
      clients: realm.clients.map((client) => {
        if (client.serviceAccountsEnabled !== true) return client
        const before = client.defaultClientScopes ?? byDefault
        return { ...client, defaultClientScopes: [...new Set([...before, ...MARKERS])] }
      }),
    }),
  }
}
