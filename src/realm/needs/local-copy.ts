import { items } from '../lists.ts'
import { isObject, type Json } from '../overlay.ts'
import { requiredAttributes } from '../patches/user-profile.ts'
import { testUsers } from '../patches/users.ts'
import { frontEndUrl } from '../realm-name.ts'
import type { Realm, RealmUser } from '../schema.ts'
import type { Need, NeedSources } from './need.ts'

/** The realm's issuer is the address of the Keycloak that it runs on. */
const frontEnd: Need = {
  name: 'frontend-url',
  title: 'Issuer',
  severity: 'required',
  reason:
    'A client refuses metadata whose issuer is another address, so a copy of a realm with a fixed address logs nobody in.',
  url: 'https://www.keycloak.org/docs/latest/server_admin/#configuring-realms',
  lacking: (realm, sources) => {
    const fixed = frontEndUrl(realm)
    return fixed && isLocalCopy(sources) ? [`"frontendUrl" makes it an address below ${fixed}`] : []
  },
  meet: (realm) => {
    const { frontendUrl: _, ...attributes } = realm.attributes as Readonly<Record<string, unknown>>
    return { ...realm, attributes }
  },
  loosens: () => 'the attribute "frontendUrl", which is removed from the local copy',
}

/** A login asks for the name and the password of a user. */
const loginForm: Need = {
  name: 'login-form',
  title: 'Login form',
  severity: 'required',
  reason:
    'An identity provider knows the addresses of the real Keycloak only, so a copy that asks it at each login logs nobody in.',
  url: 'https://www.keycloak.org/docs/latest/server_admin/#default_identity_provider',
  lacking: (realm, sources) => {
    const provider = isLocalCopy(sources) ? alwaysAsked(realm) : undefined
    return provider === undefined ? [] : [`each login goes to the identity provider "${provider}"`]
  },
  meet: (realm) => ({
    ...realm,
    authenticationFlows: items(realm.authenticationFlows).map((flow) =>
      flow.alias === browserFlow(realm)
        ? { ...flow, authenticationExecutions: items(flow.authenticationExecutions).map(withoutRedirect) }
        : flow,
    ),
  }),
  loosens: (realm) =>
    `the redirect to "${alwaysAsked(realm)}" in the flow "${browserFlow(realm)}", which is disabled in the local copy`,
}

/** A login ends after the password. */
const profiles: Need = {
  name: 'user-profiles',
  title: 'Profiles of users',
  severity: 'advised',
  reason:
    'After the password Keycloak asks a user to complete the profile, which stops every login without a person.',
  url: 'https://www.keycloak.org/docs/latest/server_admin/#user-profile',
  lacking: (realm, sources) =>
    isLocalCopy(sources)
      ? incomplete(realm).map(({ username, missing }) => `${username} has no ${missing.join(', ')}`)
      : [],
  meet: (realm) => {
    const found = new Map(incomplete(realm).map(({ username, missing }) => [username, missing]))
    return { ...realm, users: realm.users?.map((user) => completed(user, found.get(user.username) ?? [])) }
  },
}

/** The needs of a realm that is copied from a file to this machine. On its own server they are met. */
export const LOCAL_NEEDS: readonly Need[] = [frontEnd, loginForm, profiles]

const REDIRECT = 'identity-provider-redirector'

function browserFlow({ browserFlow: own }: Realm): string {
  return typeof own === 'string' ? own : 'browser'
}

/** The identity provider that the browser flow asks without a question. */
function alwaysAsked(realm: Realm): string | undefined {
  const flow = items(realm.authenticationFlows).find(({ alias }) => alias === browserFlow(realm))
  const redirect = items(flow?.authenticationExecutions).find(
    ({ authenticator, requirement }) => authenticator === REDIRECT && requirement !== 'DISABLED',
  )
  const settings = items(realm.authenticatorConfig).find(
    ({ alias }) => alias === redirect?.authenticatorConfig,
  )
  const provider = isObject(settings?.config) ? settings.config.defaultProvider : undefined
  const isOn = items(realm.identityProviders).some(
    ({ alias, enabled }) => alias === provider && enabled !== false,
  )
  return redirect && isOn && typeof provider === 'string' ? provider : undefined
}

function withoutRedirect(execution: Json): Json {
  return execution.authenticator === REDIRECT ? { ...execution, requirement: 'DISABLED' } : execution
}

function isLocalCopy({ isLive, isHttps }: NeedSources): boolean {
  return !isLive && !isHttps
}

/** The values that a profile gets. */
const VALUES = {
  email: ({ username }: RealmUser) => (username.includes('@') ? username : `${username}@example.com`),
  firstName: ({ username }: RealmUser) => username.replace(/@.*/, ''),
  lastName: () => 'User',
} as const

type ProfileKey = keyof typeof VALUES

/** The users with a known password whose profile lacks a required part. */
function incomplete(realm: Realm): readonly { readonly username: string; readonly missing: ProfileKey[] }[] {
  const required = requiredAttributes(realm)
  const keys = (Object.keys(VALUES) as ProfileKey[]).filter((key) => required.includes(key))
  const known = new Set(testUsers(realm).map(({ username }) => username))
  return (realm.users ?? [])
    .filter(({ username }) => known.has(username))
    .map((user) => ({ username: user.username, missing: keys.filter((key) => !user[key]) }))
    .filter(({ missing }) => missing.length > 0)
}

function completed(user: RealmUser, missing: readonly ProfileKey[]): RealmUser {
  return { ...user, ...Object.fromEntries(missing.map((key) => [key, VALUES[key](user)])) }
}
