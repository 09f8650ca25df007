import { McpKeycloakError } from '../../errors.ts'
import type { Realm, RealmPatch, RealmUser } from '../schema.ts'
import { declareUserAttributes } from './user-profile.ts'

/**
 * Gives users attributes, and declares them in the user profile, because the Admin API hides undeclared ones.
 *
 * @param specs `user:key=value`
 * @throws {McpKeycloakError} `REALM_INVALID` for an unknown user
 */
export function userAttributes(specs: readonly string[]): RealmPatch {
  return (realm) => {
    const parsed = specs.map(parse)
    const given = parsed.reduce((patched, { username, key, value }) => {
      const isMeant = (user: RealmUser) => user.username.toLowerCase() === username.toLowerCase()
      if (!realm.users?.some(isMeant)) throw unknownUser(username, realm)
      const users = patched.users?.map((user) => {
        if (!isMeant(user)) return user
        return { ...user, attributes: { ...(user.attributes as object | undefined), [key]: [value] } }
      })
      return { ...patched, ...(users && { users }) }
    }, realm)
    return declareUserAttributes(given, [...new Set(parsed.map(({ key }) => key))])
  }
}

function parse(spec: string): { username: string; key: string; value: string } {
  const [, username = '', key = '', value = ''] = /^([^:]+):([^=]+)=(.*)$/.exec(spec) ?? []
  return { username, key, value }
}

function unknownUser(username: string, realm: Realm): McpKeycloakError {
  const known = realm.users?.map((user) => user.username).join(', ') || 'none'
  return new McpKeycloakError('REALM_INVALID', {
    what: `--user-attribute names the user "${username}", whom nobody defines.`,
    why: `The realm "${realm.realm}" has the users ${known}.`,
    fix: `Add the user: --user ${username}; or correct the name.`,
  })
}
