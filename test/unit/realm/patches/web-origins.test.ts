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
  it('a new origin may register with and without a token; present origins stay', () => {
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
    expect(error).toMatchInlineSnapshot(`
      ✘ --origin does not fit the realm "r".  [REALM_INVALID]
        Why  Its file has no "registration-web-origins" registration policy, so there is no list to add to.
        Fix  Copy that policy from realms/fastmcp.json into your realm file, or leave --origin out.
    `)
  })
})
