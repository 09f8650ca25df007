import { KEY_PROVIDER } from '../patches/signing-key.ts'
import { withPlaceholders } from '../placeholders.ts'
import type { Realm } from '../schema.ts'

/**
 * The realm as exported, complete enough to recreate it. Users' passwords and private keys, which the server does not
 * export, come from the realm file, and so do placeholders.
 *
 * @param rendered `undefined` when the file is gone
 */
export function restorable(onServer: Realm, rendered: Realm | undefined): Realm {
  const exported = rendered ? withPlaceholders(onServer, rendered) : onServer
  const passwords = new Map(
    rendered?.users?.map(({ username, credentials }) => [username.toLowerCase(), credentials]),
  )
  const { [KEY_PROVIDER]: _masked, ...components } = exported.components ?? {}
  const keys = rendered?.components?.[KEY_PROVIDER]
  return {
    ...exported,
    users: exported.users?.map((user) => {
      const credentials = passwords.get(user.username.toLowerCase())
      return credentials === undefined ? user : { ...user, credentials }
    }),
    components: { ...components, ...(keys && { [KEY_PROVIDER]: keys }) },
  }
}
