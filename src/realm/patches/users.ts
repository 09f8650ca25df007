import { z } from 'zod'
import { capitalized } from '../../config/capitalized.ts'

import { didYouMean } from '../../config/did-you-mean.ts'
import { shellWord } from '../../config/shell-word.ts'
import { roleName } from '../../config/values.ts'
import { McpKeycloakError } from '../../errors.ts'
import { items, strings } from '../lists.ts'
import { isObject } from '../overlay.ts'
import { defaultRoleName, userId } from '../realm-name.ts'
import type { Realm, RealmPatch, RealmUser } from '../schema.ts'
import { clientRolesNamed, commonMcpRoles, mergeClientRoles } from './client-roles.ts'
import { mappedAttributes, requiredAttributes } from './user-profile.ts'

/** The default password of a test user. */
const TEST_PASSWORD = 'password123'

/**
 * The attribute with a user's name at a downstream API; the user's own name, unless `--user-attribute` sets another.
 */
const LOGIN_ATTRIBUTE = 'userLoginId'

/** A user who can log in, for a person to read. */
export const testUserSchema = z
  .strictObject({
    username: z.string(),
    password: z.string(),
    /** Realm roles, without the one that every user has. */
    roles: z.array(z.string()).readonly(),
  })
  .readonly()

/** A user who can log in, for a person to read. */
export type TestUser = z.infer<typeof testUserSchema>

/** The users of a realm file with a password. Those who log in without a further page come first. */
export function testUsers(realm: Realm): readonly TestUser[] {
  const all = realm.users ?? []
  const isReady = isReadyIn(realm)
  const inOrder = [...all.filter(isReady), ...all.filter((user) => !isReady(user))]
  return inOrder.flatMap(({ username, credentials, realmRoles = [] }) => {
    const password = credentials?.find(({ value }) => value !== undefined)?.value
    const roles = realmRoles.filter((role) => role !== defaultRoleName(realm))
    return password === undefined ? [] : [{ username, password, roles }]
  })
}

/** The test users who log in without a further page; all of them when there is no such user. */
export function readyUsers(realm: Realm): readonly TestUser[] {
  const ready = testUsers({ ...realm, users: realm.users?.filter(isReadyIn(realm)) })
  return ready.length > 0 ? ready : testUsers(realm)
}

/** Whether Keycloak logs a user in, and has nothing to ask for after the password. */
function isReadyIn(realm: Realm): (user: RealmUser) => boolean {
  const attributes = requiredAttributes(realm)
  return (user) =>
    String(user.enabled) === 'true' &&
    attributes.every((name) => user[name] || (isObject(user.attributes) && user.attributes[name])) &&
    items(user.credentials).every(({ type }) => type === undefined || type === 'password') &&
    strings(user.requiredActions).length === 0 &&
    (String(realm.verifyEmail) !== 'true' || String(user.emailVerified) === 'true')
}

/**
 * Adds test users, or changes those of the same name. Their ids derive from their names: `sub` is the same in every
 * realm from the same options. Their profiles are complete, because Keycloak asks for missing parts at login.
 *
 * A role is a realm role or a client role.
 *
 * @param specs `name`, `name:password` or `name:password:role,role`
 * @param roles the realm roles that options add, for the fix of an unknown role
 * @throws {McpKeycloakError} `REALM_INVALID` for a name that is given twice, and for a role that the realm does not
 * define
 */
export function users(specs: readonly string[], roles: readonly string[] = []): RealmPatch {
  return (realm) => {
    const wanted = specs.map((spec) => realmUser(parse(spec), realm, roles))
    const names = wanted.map(({ username }) => username)
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined) throw namedTwice(twice)
    const kept = (realm.users ?? []).filter(({ username }) => !names.includes(username.toLowerCase()))
    return { ...realm, users: [...kept, ...wanted] }
  }
}

function parse(spec: string): NewUser {
  const [username = '', password, roleList] = spec.split(':')
  return { username, password, roles: roleList?.split(',').filter(Boolean) }
}

/** The user that an option describes. */
export interface NewUser {
  readonly username: string
  /** Default: `password123`. */
  readonly password?: string | undefined
  /** Roles of the realm, or of a client. */
  readonly roles?: readonly string[] | undefined
}

/**
 * Builds a test user for a realm file. The profile is complete, because Keycloak asks for missing parts at login.
 *
 * @throws {McpKeycloakError} `REALM_INVALID` for an undefined role
 */
export function realmUser(
  { username: name, password, roles: words = [] }: NewUser,
  realm: Realm,
  addedRoles: readonly string[] = [],
): RealmUser {
  const username = name.toLowerCase() // as Keycloak keeps it, and as tokens have it
  const isRealmRole = (word: string) => realm.roles?.realm?.some((role) => role.name === word) ?? false
  const ofClients = words
    .filter((word) => !isRealmRole(word))
    .map((word) => {
      const roles = clientRolesNamed(realm, word)
      if (Object.keys(roles).length === 0) throw unknownRole(word, username, realm, addedRoles)
      return roles
    })
  const clientRoles = mergeClientRoles([commonMcpRoles(realm), ...ofClients])
  const before = realm.users?.find((user) => user.username.toLowerCase() === username)
  return {
    id: before?.id ?? userId(realm.realm, username),
    username,
    enabled: true,
    email: username.includes('@') ? username : `${username}@example.com`,
    emailVerified: true,
    firstName: capitalized(name).replace(/@.*/, ''),
    lastName: 'User',
    credentials: [{ type: 'password', value: password || TEST_PASSWORD }],
    realmRoles: [defaultRoleName(realm), ...words.filter(isRealmRole)],
    ...(clientRoles && { clientRoles }),
    ...(mappedAttributes(realm).includes(LOGIN_ATTRIBUTE) && {
      attributes: { [LOGIN_ATTRIBUTE]: [username] },
    }),
  }
}

function unknownRole(
  word: string,
  username: string,
  realm: Realm,
  addedRoles: readonly string[],
): McpKeycloakError {
  const known = [...(realm.roles?.realm ?? []), ...Object.values(realm.roles?.client ?? {}).flat()]
  const names = known.map(({ name }) => name)
  const near = didYouMean(word, names)
  const flags = [...addedRoles, word].map((role) => `--role ${shellWord(role)}`).join(' ')
  return new McpKeycloakError('REALM_INVALID', {
    what: `The user "${username}" cannot have the role "${word}".`,
    why: `The realm "${realm.realm}" does not define it; it defines ${names.join(', ') || 'none'}.${near ? ` ${near}` : ''}`,
    fix:
      roleName.safeParse(word).success && !word.includes('/')
        ? `Add ${flags}`
        : 'Define the role in a realm file of your own (--realm-file), or name one that is there.',
  })
}

function namedTwice(username: string): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `--user names "${username}" twice.`,
    why: 'Only one of the two could be applied; upper and lower case are the same in user names.',
    fix: 'Leave out one of the two, e.g. keep the one with the roles: --user name:password:role,role',
  })
}
