import { type SigningKeys, signingKeys } from '../../../keycloak/signing-keys.ts'
import { OUR_KEY } from '../../../realm/patches/signing-key.ts'
import { type Check, type Finding, fail, ok, warn } from '../../check.ts'

const ALGORITHM = 'RS256'

/** Whether the realm has the key that it is to sign tokens with. */
export const signingKey: Check<'realm'> = {
  name: 'signing-key',
  title: 'Signing key',
  group: 'realm',
  asks: 'realm',
  async run({ admin, actual, rendered }) {
    const bringsOwn = rendered?.components?.['org.keycloak.keys.KeyProvider'] !== undefined
    return judgeSigningKey(
      await signingKeys(admin, actual.realm, ALGORITHM),
      rendered !== undefined && !bringsOwn,
    )
  },
}

/**
 * What it means which keys a realm signs with.
 *
 * @param isOurs the realm was made with a key of ours
 */
export function judgeSigningKey({ active, provider }: SigningKeys, isOurs: boolean): Finding {
  if (!active) {
    return fail(
      `there is no active key for ${ALGORITHM}`,
      'MCP servers verify tokens of that algorithm.',
      'mcp-keycloak reset-realm',
    )
  }
  if (!isOurs || provider === OUR_KEY) return ok(`${ALGORITHM}, kid ${active}`)
  return warn(
    `${ALGORITHM}, kid ${active}, which is not the key that the realm was made with`,
    'A server that has cached the keys says "unknown kid" until it fetches them again, and reset-realm changes them once more.',
    'mcp-keycloak reset-realm',
  )
}
