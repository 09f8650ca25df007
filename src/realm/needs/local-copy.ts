import { isObject } from '../overlay.ts'
import { requiredAttributes } from '../patches/user-profile.ts'
import { testUsers } from '../patches/users.ts'
import { withValues } from '../placeholders.ts'
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
export const LOCAL_NEEDS: readonly Need[] = [frontEnd, profiles]

/** The fixed address of a realm; `undefined` for a realm that has the address of its server. */
export function frontEndUrl({ attributes, ...realm }: Realm): string | undefined {
  const fixed = isObject(attributes)
    ? withValues(attributes.frontendUrl, { ...realm, attributes })
    : undefined
  return typeof fixed === 'string' && fixed !== '' ? fixed : undefined
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
