import { createPublicKey, generateKeyPairSync } from 'node:crypto'

import { expect, it } from 'vitest'

import type { Admin } from '../../../src/keycloak/admin.ts'
import { hasKey } from '../../../src/keycloak/signing-keys.ts'

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
  const asked = [[key], [other, key], [other], ['**********'], []].map((keys) => hasKey(admin, 'r', keys))
  expect(await Promise.all(asked)).toEqual([true, true, false, false, false])
})
