import { describe, expect, it } from 'vitest'
import { userAttributes } from '../../../../src/realm/patches/user-attributes.ts'
import { renderRealm } from '../../../../src/realm/render.ts'
import type { Realm } from '../../../../src/realm/schema.ts'
import { BASE_REALM, NO_OPTIONS } from '../../support/base-realm.ts'
import { refusal } from '../../support/refusal.ts'

const attributesOf = (realm: Realm, name: string) =>
  realm.users?.find(({ username }) => username === name)?.attributes

describe('an attribute of a user', () => {
  it('is given to that user alone, beside those that it has', () => {
    const once = userAttributes(['testuser:userLoginId=7', 'testuser:team=a'])(BASE_REALM)
    expect(attributesOf(once, 'testuser')).toEqual({ userLoginId: ['7'], team: ['a'] })
    expect(attributesOf(once, 'testadmin')).toBeUndefined()
    const twice = userAttributes(['testuser:team=b'])(once)
    expect(attributesOf(twice, 'testuser')).toEqual({ userLoginId: ['7'], team: ['b'] })
  })

  it('may hold anything after the first equals sign', () => {
    const realm = userAttributes(['testuser:url=http://x.test/?a=b c'])(BASE_REALM)
    expect(attributesOf(realm, 'testuser')).toEqual({ url: ['http://x.test/?a=b c'] })
  })

  it('finds the user in any case, and one that comes with the same command', () => {
    const options = { ...NO_OPTIONS, user: ['Bob'], userAttribute: ['BOB:k=1', 'TestUser:k=2'] }
    const realm = renderRealm(BASE_REALM, options)
    expect(attributesOf(realm, 'bob')).toEqual({ k: ['1'] })
    expect(attributesOf(realm, 'testuser')).toEqual({ k: ['2'] })
  })

  it('is declared in the user profile, once', () => {
    const realm = userAttributes(['testuser:k=1', 'testadmin:k=2'])(BASE_REALM)
    expect(JSON.stringify(realm.components).match(/\\"name\\":\\"k\\"/g)).toHaveLength(1)
  })

  it('is refused for a user whom nobody defines, and the users are named', async () => {
    const error = await refusal(() => userAttributes(['nobody:k=v'])(BASE_REALM))
    expect(error).toMatchObject({
      code: 'REALM_INVALID',
      message: '--user-attribute names the user "nobody", whom nobody defines.',
      why: 'The realm "fastmcp" has the users testuser, testadmin.',
    })
    expect(error.fix).toContain('--user nobody')
    expect((await refusal(() => userAttributes(['a:k=v'])({ realm: 'r' }))).why).toContain('the users none')
  })
})
