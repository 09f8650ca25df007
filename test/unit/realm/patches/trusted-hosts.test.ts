import { describe, expect, it } from 'vitest'
import { trustedHosts } from '../../../../src/realm/patches/registration-policies.ts'
import type { Realm, RegistrationPolicy } from '../../../../src/realm/schema.ts'
import { BASE_REALM, POLICIES } from '../../support/base-realm.ts'
import { refusal } from '../../support/refusal.ts'

const policies = (realm: Realm) => (realm.components?.[POLICIES] ?? []) as RegistrationPolicy[]
const hosts = (realm: Realm) =>
  policies(realm).find(({ providerId }) => providerId === 'trusted-hosts')?.config?.['trusted-hosts'] ?? []

describe('trusted hosts', () => {
  it('are added to those of the file', () => {
    const realm = trustedHosts(['example.com', '*.example.org'])(BASE_REALM)
    expect(hosts(realm)).toEqual([...hosts(BASE_REALM), 'example.com', '*.example.org'])
  })

  it('are there once, however often they are named', () => {
    const realm = trustedHosts(['localhost', 'example.com', 'example.com'])(BASE_REALM)
    expect(hosts(realm)).toEqual([...hosts(BASE_REALM), 'example.com'])
  })

  it('are the only thing that changes', () => {
    const realm = trustedHosts(['example.com'])(BASE_REALM)
    expect(policies(realm).map(({ providerId, subType }) => [providerId, subType])).toEqual(
      policies(BASE_REALM).map(({ providerId, subType }) => [providerId, subType]),
    )
    expect(JSON.stringify(realm).replace(',"example.com"', '')).toBe(JSON.stringify(BASE_REALM))
  })

  it('begin a list where the policy has none', () => {
    const realm = {
      realm: 'r',
      components: { [POLICIES]: [{ providerId: 'trusted-hosts', subType: 'anonymous' }] },
    }
    expect(hosts(trustedHosts(['example.com'])(realm))).toEqual(['example.com'])
  })

  it('trusted hosts are also added for clients with an initial access token', () => {
    const components = { [POLICIES]: [{ providerId: 'trusted-hosts', subType: 'authenticated' }] }
    expect(hosts(trustedHosts(['example.com'])({ realm: 'r', components }))).toEqual(['example.com'])
  })

  it.each<[string, Realm]>([
    ['no components', { realm: 'r' }],
    ['no such policy', { realm: 'r', components: { [POLICIES]: [{ providerId: 'max-clients' }] } }],
  ])('are refused for a realm with %s', async (_case, realm) => {
    const error = await refusal(() => trustedHosts(['example.com'])(realm))
    expect(error).toMatchObject({
      code: 'REALM_INVALID',
      message: expect.stringMatching(/--trusted-host .*"r"/),
    })
  })
})
