import { createPublicKey } from 'node:crypto'

import type { Admin } from './admin.ts'

/** The key that a realm signs tokens with. */
export interface SigningKeys {
  /** `kid` of the active key; `undefined` without one. */
  readonly active: string | undefined
  /** Name of the key's component. */
  readonly provider: string | undefined
}

/** Reads the active signing key of a realm for an algorithm. */
export async function signingKeys(admin: Admin, realm: string, algorithm: string): Promise<SigningKeys> {
  const { active = {}, keys = [] } = await admin.realms.getKeys({ realm })
  const kid = (active as Readonly<Record<string, string>>)[algorithm]
  const providerId = keys.find((key) => key.kid === kid)?.providerId
  const component =
    providerId === undefined ? undefined : await admin.components.findOne({ realm, id: providerId })
  return { active: kid, provider: component?.name }
}

/** A realm's public keys: SPKI in base64. */
export type PublicKeys = ReadonlySet<string>

/** Reads the public keys of a realm, which verify its tokens. */
export async function readPublicKeys(admin: Admin, realm: string): Promise<PublicKeys> {
  const { keys = [] } = await admin.realms.getKeys({ realm })
  return new Set(keys.flatMap(({ publicKey }) => publicKey ?? []))
}

/**
 * Whether one of these public keys belongs to one of these private keys.
 *
 * @param privateKeys PEM. An invalid key has no public key
 */
export function hasKey(publicKeys: PublicKeys, privateKeys: readonly string[]): boolean {
  return privateKeys.some((privateKey) => {
    try {
      const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
      return publicKeys.has(publicKey.toString('base64'))
    } catch {
      return false
    }
  })
}
