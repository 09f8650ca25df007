import { describe, expect, it } from 'vitest'
import { declareUserAttributes } from '../../../../src/realm/patches/user-profile.ts'
import type { Realm } from '../../../../src/realm/schema.ts'
import { BASE_REALM } from '../../support/base-realm.ts'

const PROVIDER = 'org.keycloak.userprofile.UserProfileProvider'

interface Profile {
  readonly attributes: readonly { readonly name: string; readonly [setting: string]: unknown }[]
  readonly [setting: string]: unknown
}

function profileOf(realm: Realm): Profile {
  const components = (realm.components?.[PROVIDER] ?? []) as { config: Record<string, string[]> }[]
  expect(components).toHaveLength(1)
  return JSON.parse(components[0]?.config['kc.user.profile.config']?.[0] ?? '')
}

const withProfile = (profile: Profile): Realm => ({
  realm: 'r',
  components: {
    [PROVIDER]: [
      {
        name: 'mine',
        providerId: 'declarative-user-profile',
        config: { 'kc.user.profile.config': [JSON.stringify(profile)], other: ['kept'] },
      },
    ],
  },
})

describe('the user profile', () => {
  it('is left out while nothing is declared, so that Keycloak has its own', () => {
    expect(declareUserAttributes(BASE_REALM, [])).toBe(BASE_REALM)
  })

  it("a new user profile has Keycloak's four attributes first", () => {
    const { attributes } = profileOf(declareUserAttributes(BASE_REALM, ['userLoginId']))
    expect(attributes.map(({ name }) => name)).toEqual([
      'username',
      'email',
      'firstName',
      'lastName',
      'userLoginId',
    ])
    expect(attributes.at(-1)).toMatchObject({ permissions: { view: ['admin'], edit: ['admin'] } })
  })

  it('keeps the other components of the realm', () => {
    const { [PROVIDER]: _, ...others } = declareUserAttributes(BASE_REALM, ['k']).components ?? {}
    expect(others).toEqual(BASE_REALM.components)
  })

  it('keeps what an overlay or a file declares, word for word', () => {
    const own = { name: 'k', displayName: 'Mine', validations: { length: { max: 3 } } }
    const before = withProfile({
      attributes: [{ name: 'username' }, own],
      unmanagedAttributePolicy: 'ENABLED',
    })
    const after = declareUserAttributes(before, ['k', 'l'])
    expect(profileOf(after)).toMatchObject({ unmanagedAttributePolicy: 'ENABLED' })
    expect(profileOf(after).attributes.slice(0, 2)).toEqual([{ name: 'username' }, own])
    expect(profileOf(after).attributes.map(({ name }) => name)).toEqual(['username', 'k', 'l'])
    expect(after.components?.[PROVIDER]?.[0]).toMatchObject({ name: 'mine', config: { other: ['kept'] } })
  })
})
