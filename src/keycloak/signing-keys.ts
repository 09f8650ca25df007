import { createPrivateKey, createPublicKey } from 'node:crypto'

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
 * Lets a realm verify tokens that are signed with a key. The realm itself signs nothing with it.
 *
 * @param name of the key's component, which is replaced
 * @param privateKeyPem PKCS#8; an RSA key, an elliptic one or an Ed25519 one
 * @returns the key's `kid`
 */
export async function addVerifyingKey(
  admin: Admin,
  realm: string,
  { name, privateKeyPem, algorithm }: { name: string; privateKeyPem: string; algorithm: string },
): Promise<string | undefined> {
  const spki = createPublicKey(privateKeyPem).export({ type: 'spki', format: 'der' }).toString('base64')
  const kidOf = async () =>
    (await admin.realms.getKeys({ realm })).keys?.find(({ publicKey }) => publicKey === spki)?.kid
  const before = await kidOf()
  if (before !== undefined) return before
  const type = 'org.keycloak.keys.KeyProvider'
  for (const { id = '', name: found } of await admin.components.find({ realm, type }))
    if (found === name) await admin.components.del({ realm, id })
  const { providerId, config } = imported(privateKeyPem, spki, algorithm)
  await admin.components.create({
    realm,
    name,
    providerId,
    providerType: type,
    config: { ...config, priority: ['-1'], enabled: ['true'], active: ['false'] },
  })
  return kidOf()
}

/** The settings with which Keycloak takes a key. Of a kind that it only generates, it takes one that is there. */
function imported(privateKeyPem: string, spki: string, algorithm: string) {
  const key = createPrivateKey(privateKeyPem)
  if (key.asymmetricKeyType === 'rsa')
    return { providerId: 'rsa', config: { privateKey: [privateKeyPem], algorithm: [algorithm] } }
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' }).toString('base64')
  if (key.asymmetricKeyType === 'ec') {
    const curve = `P-${algorithm === 'ES512' ? 521 : algorithm.slice(2)}`
    const pair = { ecdsaPrivateKey: [pkcs8], ecdsaPublicKey: [spki], ecdsaEllipticCurveKey: [curve] }
    return { providerId: 'ecdsa-generated', config: pair }
  }
  const pair = { eddsaPrivateKey: [pkcs8], eddsaPublicKey: [spki], eddsaEllipticCurveKey: ['Ed25519'] }
  return { providerId: 'eddsa-generated', config: pair }
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
