import { describe, expect, it } from 'vitest'

import { tokenLifespan } from '../../../../src/realm/patches/token-lifespan.ts'
import { BASE_REALM } from '../../support/base-realm.ts'

describe('the lifespan of access tokens', () => {
  it.each([1, 300, 900])('is all that changes for %i seconds: the session lasts longer anyway', (seconds) => {
    expect(tokenLifespan(seconds)(BASE_REALM)).toEqual({ ...BASE_REALM, accessTokenLifespan: seconds })
  })

  it('a session outlives a long access token', () => {
    const realm = tokenLifespan(3600)(BASE_REALM)
    expect(realm).toEqual({ ...BASE_REALM, accessTokenLifespan: 3600, ssoSessionIdleTimeout: 7200 })
    expect(tokenLifespan(86_400)(BASE_REALM)).toEqual({
      ...BASE_REALM,
      ...{ accessTokenLifespan: 86_400, ssoSessionIdleTimeout: 172_800, ssoSessionMaxLifespan: 172_800 },
    })
  })

  it('only a session shorter than the token is lengthened', () => {
    const file = {
      realm: 'r',
      accessTokenLifespan: 60,
      ssoSessionIdleTimeout: 120,
      ssoSessionMaxLifespan: 90_000,
    }
    expect(tokenLifespan(60)(file)).toEqual(file)
    expect(tokenLifespan(100)(file)).toEqual({
      ...file,
      accessTokenLifespan: 100,
      ssoSessionIdleTimeout: 200,
    })
  })
})
