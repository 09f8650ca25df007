import { KEY_PROVIDER } from '../patches/signing-key.ts'
import type { Realm } from '../schema.ts'

/**
 * A realm as the server tells it, so that it can be made from that again: what the server keeps to itself, users'
 * passwords and private keys, is as in the file that the realm was made from.
 *
 * @param rendered `undefined` when the file is gone
 */
export function restorable(exported: Realm, rendered: Realm | undefined): Realm {
  const passwords = new Map(
    rendered?.users?.map(({ username, credentials }) => [username.toLowerCase(), credentials]),
  )
  const { [KEY_PROVIDER]: _masked, ...components } = exported.components ?? {}
  const keys = rendered?.components?.[KEY_PROVIDER]
  return {
    ...exported,
    users: exported.users?.map((user) => {
      const credentials = passwords.get(user.username)
      return credentials === undefined ? user : { ...user, credentials }
    }),
    components: { ...components, ...(keys && { [KEY_PROVIDER]: keys }) },
  }
}
