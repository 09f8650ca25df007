import { McpKeycloakError } from '../errors.ts'
import type { Realm, RealmUser } from './schema.ts'

/**
 * Refuses a realm with two users of one name or e-mail address. Keycloak refuses it without naming them.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export function assertDistinctUsers(realm: Realm): void {
  const users = realm.users ?? []
  const ofOneName = pairOf(users, ({ username }) => username)
  if (ofOneName) throw sameName(ofOneName)
  const ofOneAddress = realm.duplicateEmailsAllowed === true ? undefined : pairOf(users, emailOf)
  if (ofOneAddress) throw sameAddress(ofOneAddress)
}

type Pair = readonly [RealmUser, RealmUser]

/** Finds two users with the same text, regardless of case. */
function pairOf(
  users: readonly RealmUser[],
  textOf: (user: RealmUser) => string | undefined,
): Pair | undefined {
  const seen = new Map<string, RealmUser>()
  for (const user of users) {
    const text = textOf(user)?.toLowerCase()
    if (text === undefined) continue
    const other = seen.get(text)
    if (other) return [other, user]
    seen.set(text, user)
  }
  return undefined
}

function emailOf({ email }: RealmUser): string | undefined {
  return typeof email === 'string' && email !== '' ? email : undefined
}

function sameName([first, second]: Pair): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `The users "${first.username}" and "${second.username}" have the same name.`,
    why: 'To Keycloak upper and lower case are the same in user names.',
    fix: 'Leave out one of the two.',
  })
}

function sameAddress([first, second]: Pair): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `The users "${first.username}" and "${second.username}" have the same e-mail address, ${emailOf(second)}.`,
    why: 'Keycloak takes an address once in a realm; a user of --user gets name@example.com.',
    fix: 'Give one of the two another name or address, or set "duplicateEmailsAllowed": true in the realm file.',
  })
}
