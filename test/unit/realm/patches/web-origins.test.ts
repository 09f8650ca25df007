import { describe, expect, it } from 'vitest'

import { registrationPolicies, webOrigins } from '../../../../src/realm/patches/registration-policies.ts'
import type { Realm } from '../../../../src/realm/schema.ts'
import { BASE_REALM } from '../../support/base-realm.ts'
import { refusal } from '../../support/refusal.ts'

const ORIGIN = 'http://localhost:5173'

const lists = (realm: Realm) =>
  registrationPolicies(realm)
    .filter(({ providerId }) => providerId === 'registration-web-origins')
    .map(({ subType, config }) => [subType, config?.['web-origins'] ?? []])

describe('a web page that may register', () => {
  it('may do so with and without an initial access token, and so may those of before', () => {
    const [[, before = []] = []] = lists(BASE_REALM)
    expect(before.length).toBeGreaterThan(0)
    expect(lists(webOrigins([ORIGIN, ORIGIN])(BASE_REALM))).toEqual([
      ['anonymous', [...before, ORIGIN]],
      ['authenticated', [...before, ORIGIN]],
    ])
  })

  it('changes no other policy', () => {
    const others = (realm: Realm) =>
      registrationPolicies(realm).filter(({ providerId }) => providerId !== 'registration-web-origins')
    expect(others(webOrigins([ORIGIN])(BASE_REALM))).toEqual(others(BASE_REALM))
  })

  it('is refused for a realm that keeps no such list', async () => {
    const error = await refusal(() => webOrigins([ORIGIN])({ realm: 'r' }))
    expect(error).toMatchObject({ code: 'REALM_INVALID', message: '--origin does not fit the realm "r".' })
    expect(error.why).toContain('"registration-web-origins"')
  })
})
