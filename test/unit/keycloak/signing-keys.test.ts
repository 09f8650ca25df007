import { createPublicKey, generateKeyPairSync } from 'node:crypto'

import { expect, it } from 'vitest'

import type { Admin } from '../../../src/keycloak/admin.ts'
import { hasKey, readPublicKeys } from '../../../src/keycloak/signing-keys.ts'

const newKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()

it('knows the private key of a public one of the realm', async () => {
  const [key, other] = [newKey(), newKey()]
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64')
  const admin = {
    realms: { getKeys: async () => ({ keys: [{ algorithm: 'HS512' }, { publicKey }] }) },
  } as unknown as Admin
  const publicKeys = await readPublicKeys(admin, 'r')
  const asked = [[key], [other, key], [other], ['**********'], []].map((keys) => hasKey(publicKeys, keys))
  expect(asked).toEqual([true, true, false, false, false])
})
