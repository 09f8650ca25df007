import { expect, it } from 'vitest'

import { noConsent, registrationPolicies } from '../../../../src/realm/patches/registration-policies.ts'
import { BASE_REALM, POLICIES } from '../../support/base-realm.ts'

it('--no-consent removes the consent policy and no other', () => {
  const realm = noConsent(BASE_REALM)
  expect(registrationPolicies(BASE_REALM).map(({ providerId }) => providerId)).toContain('consent-required')
  expect(registrationPolicies(realm)).toEqual(
    registrationPolicies(BASE_REALM).filter(({ providerId }) => providerId !== 'consent-required'),
  )
  const components = { ...realm.components, [POLICIES]: BASE_REALM.components?.[POLICIES] }
  expect({ ...realm, components }).toEqual(BASE_REALM)
})

it('does nothing to a realm that never asks', () => {
  const once = noConsent(BASE_REALM)
  expect(noConsent(once)).toEqual(once)
})
