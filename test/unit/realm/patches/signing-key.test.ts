import { describe, expect, it } from 'vitest'
import { privateKeys, signingKey } from '../../../../src/realm/patches/signing-key.ts'
import type { Realm } from '../../../../src/realm/schema.ts'
import { BASE_REALM } from '../../support/base-realm.ts'

const PROVIDER = 'org.keycloak.keys.KeyProvider'

describe("a realm's signing key", () => {
  it('is added beside the other components', () => {
    const realm = signingKey('PEM')(BASE_REALM)
    expect(realm.components?.[PROVIDER]?.[0]).toMatchObject({
      providerId: 'rsa',
      config: { privateKey: ['PEM'] },
    })
    expect(Object.keys(realm.components ?? {})).toEqual([
      ...Object.keys(BASE_REALM.components ?? {}),
      PROVIDER,
    ])
  })

  it('comes with the keys that Keycloak would otherwise make at the first login', () => {
    const [, ...others] = signingKey('PEM')(BASE_REALM).components?.[PROVIDER] ?? []
    expect(others.map(({ providerId }) => providerId)).toEqual(['hmac-generated', 'aes-generated'])
  })

  it('leaves a realm alone that brings its own', () => {
    const own: Realm = { realm: 'own', components: { [PROVIDER]: [{ providerId: 'rsa-generated' }] } }
    expect(signingKey('PEM')(own)).toBe(own)
  })

  it('the signing key is added to those of the file', () => {
    expect(privateKeys(BASE_REALM)).toEqual([])
    expect(privateKeys(signingKey('PEM')(BASE_REALM))).toEqual(['PEM'])
  })
})
