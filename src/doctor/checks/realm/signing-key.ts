import { command } from '../../../config/command.ts'
import { type SigningKeys, signingKeys } from '../../../keycloak/signing-keys.ts'
import { OUR_KEY } from '../../../realm/patches/signing-key.ts'
import { type DoctorCheck, type Finding, fail, ok, warn } from '../../check.ts'

const ALGORITHM = 'RS256'

/** Checks that the realm has its key for signing tokens. */
export const signingKey: DoctorCheck<'realm'> = {
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
 * Judges the keys that a realm signs with.
 *
 * @param isOurs whether mcp-keycloak generated the realm's key
 */
export function judgeSigningKey({ active, provider }: SigningKeys, isOurs: boolean): Finding {
  if (!active) {
    return fail(
      `there is no active key for ${ALGORITHM}`,
      'MCP servers verify tokens of that algorithm.',
      command('reset-realm'),
    )
  }
  if (!isOurs || provider === OUR_KEY) return ok(`${ALGORITHM}, kid ${active}`)
  return warn(
    `${ALGORITHM}, kid ${active}, which is not the key that the realm was made with`,
    'A server that has cached the keys says "unknown kid" until it fetches them again, and reset-realm changes them once more.',
    command('reset-realm'),
  )
}
