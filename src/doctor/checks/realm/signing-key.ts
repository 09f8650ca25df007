import { command } from '../../../config/command.ts'
import { type SigningKeys, signingKeys } from '../../../keycloak/signing-keys.ts'
import {
  DEFAULT_ALGORITHM,
  KEY_PROVIDER,
  OUR_KEY,
  unusualAlgorithm,
} from '../../../realm/patches/signing-key.ts'
import { type DoctorCheck, type Finding, fail, ok, warn } from '../../check.ts'

/** Checks that the realm has its key for signing tokens. */
export const signingKey: DoctorCheck<'realm'> = {
  name: 'signing-key',
  title: 'Signing key',
  group: 'realm',
  asks: 'realm',
  async run({ admin, actual, rendered }) {
    const bringsOwn = rendered?.components?.[KEY_PROVIDER] !== undefined
    const chosen = unusualAlgorithm(actual) ?? DEFAULT_ALGORITHM
    const isOurs = rendered !== undefined && !bringsOwn
    return judgeSigningKey(await signingKeys(admin, actual.realm, chosen), isOurs, chosen)
  },
}

/**
 * Judges the keys that a realm signs with.
 *
 * @param isOurs whether mcp-keycloak generated the realm's key
 * @param algorithm of the realm's tokens
 */
export function judgeSigningKey(
  { active, provider }: SigningKeys,
  isOurs: boolean,
  algorithm = DEFAULT_ALGORITHM,
): Finding {
  if (!active) {
    return fail(
      `there is no active key for ${algorithm}`,
      'MCP servers verify tokens of that algorithm.',
      isOurs ? command('reset-realm') : 'Admin console, Realm settings, Keys, Add providers.',
    )
  }
  if (!isOurs || provider === OUR_KEY) return ok(`${algorithm}, kid ${active}`)
  return warn(
    `${algorithm}, kid ${active}, which is not the key that the realm was made with`,
    'A server that has cached the keys says "unknown kid" until it fetches them again, and reset-realm changes them once more.',
    command('reset-realm'),
  )
}
