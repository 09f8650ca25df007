import { describe, expect, it } from 'vitest'

import {
  addToPolicies,
  registrationPolicies,
  withoutPolicies,
} from '../../../../src/realm/patches/registration-policies.ts'
import { BASE_REALM, POLICIES } from '../../support/base-realm.ts'

const policy = (subType: string, config?: Record<string, string[]>) => ({
  providerId: 'trusted-hosts',
  subType,
  ...(config && { config }),
})
const realm = (...policies: Record<string, unknown>[]) => ({
  realm: 'r',
  components: { [POLICIES]: policies, other: [{}] },
})
const list = (...registrants: ('anonymous' | 'authenticated')[]) =>
  ({ providerId: 'trusted-hosts', key: 'hosts', flag: '--x', registrants }) as const

describe('the registration policies', () => {
  it('are none in a realm without components', () => {
    expect(registrationPolicies({ realm: 'r' })).toEqual([])
    expect(registrationPolicies(BASE_REALM).length).toBeGreaterThan(5)
  })

  it('a policy gets each new value once and keeps its other settings', () => {
    const config = { hosts: ['a'], check: ['true'] }
    const before = realm(policy('anonymous', config), policy('authenticated', config))
    expect(addToPolicies(before, list('anonymous'), ['b', 'a', 'b'])).toEqual(
      realm(policy('anonymous', { ...config, hosts: ['a', 'b'] }), policy('authenticated', config)),
    )
  })

  it('need not be there for each of those who are meant', () => {
    const added = addToPolicies(realm(policy('anonymous')), list('anonymous', 'authenticated'), ['a'])
    expect(added).toEqual(realm(policy('anonymous', { hosts: ['a'] })))
  })

  it('registration policies can be removed by kind; other components stay', () => {
    const before = realm(policy('anonymous'), { providerId: 'max-clients', subType: 'anonymous' })
    expect(withoutPolicies(before, 'trusted-hosts')).toEqual(
      realm({ providerId: 'max-clients', subType: 'anonymous' }),
    )
  })
})
