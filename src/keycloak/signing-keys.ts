import { createPublicKey } from 'node:crypto'

import type { Admin } from './admin.ts'

/** What a realm signs tokens with. */
export interface SigningKeys {
  /** `kid` of the active key; `undefined` when there is none. */
  readonly active: string | undefined
  /** Name of the component that the key is of. */
  readonly provider: string | undefined
}

/** The key of an algorithm with which a realm signs now. */
export async function signingKeys(admin: Admin, realm: string, algorithm: string): Promise<SigningKeys> {
  const { active = {}, keys = [] } = await admin.realms.getKeys({ realm })
  const kid = (active as Readonly<Record<string, string>>)[algorithm]
  const providerId = keys.find((key) => key.kid === kid)?.providerId
  const component =
    providerId === undefined ? undefined : await admin.components.findOne({ realm, id: providerId })
  return { active: kid, provider: component?.name }
}

/**
 * Whether one of a realm's public keys belongs to one of these private keys: tokens that it signed still verify.
 *
 * @param privateKeys PEM; what is no key belongs to none
 */
export async function hasKey(admin: Admin, realm: string, privateKeys: readonly string[]): Promise<boolean> {
  const { keys = [] } = await admin.realms.getKeys({ realm })
  const own = new Set(privateKeys.map(publicKeyOf))
  return keys.some(({ publicKey }) => publicKey !== undefined && own.has(publicKey))
}

/** As Keycloak tells it: SPKI in base64. */
function publicKeyOf(privateKey: string): string | undefined {
  try {
    return createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64')
  } catch {
    return undefined
  }
}
