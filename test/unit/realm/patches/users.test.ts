import { describe, expect, it } from 'vitest'

import { readyUsers, testUsers, users } from '../../../../src/realm/patches/users.ts'
import { BASE_REALM } from '../../support/base-realm.ts'
import { refusal } from '../../support/refusal.ts'

const only = (...specs: string[]) => {
  const before = BASE_REALM.users?.map(({ username }) => username) ?? []
  return users(specs)(BASE_REALM).users?.filter(({ username }) => !before.includes(username)) ?? []
}

describe('the test users of a realm', () => {
  it('are those of its file that have a password, with their roles', () => {
    expect(testUsers(BASE_REALM)).toEqual([
      { username: 'testuser', password: 'password123', roles: [] },
      { username: 'testadmin', password: 'password123', roles: ['admin'] },
    ])
    expect(
      testUsers({ realm: 'r', users: [{ username: 'u' }, { username: 'v', credentials: [{}] }] }),
    ).toEqual([])
    expect(testUsers({ realm: 'r' })).toEqual([])
  })

  it('begin with those who log in without a further page', () => {
    const credentials = [{ type: 'password', value: 'pw' }]
    const profile = { enabled: true, email: 'a@b.test', firstName: 'A', lastName: 'B', credentials }
    const realm = {
      realm: 'r',
      users: [
        { username: 'bare', credentials },
        { username: 'off', ...profile, enabled: false },
        { username: 'unverified', ...profile, emailVerified: false },
        { username: 'with-code', ...profile, credentials: [...credentials, { type: 'otp' }] },
        { username: 'waiting', ...profile, requiredActions: ['UPDATE_PASSWORD'] },
        { username: 'ready', ...profile, emailVerified: true },
      ],
      verifyEmail: true,
    }
    expect(testUsers(realm).map(({ username }) => username)[0]).toBe('ready')
    expect(readyUsers(realm).map(({ username }) => username)).toEqual(['ready'])
    const others = { ...realm, users: realm.users.slice(0, -1) }
    expect(readyUsers(others)).toEqual(testUsers(others))
  })

  it('begin with those whose profile has what the realm asks for', () => {
    const users = ['plain', 'whole'].map((username) => ({
      ...{ username, enabled: true, credentials: [{ type: 'password', value: 'pw' }] },
      ...(username === 'whole' && { attributes: { department: ['sales'] } }),
    }))
    const attributes = [
      { name: 'department', required: {} },
      { name: 'email', required: { roles: ['admin'] } },
      { name: 'phone', required: { roles: ['user'], scopes: ['phone'] } },
    ]
    const profile = { config: { 'kc.user.profile.config': [JSON.stringify({ attributes })] } }
    const components = { 'org.keycloak.userprofile.UserProfileProvider': [profile] }
    expect(testUsers({ realm: 'r', components, users })[0]?.username).toBe('whole')
  })
})

describe('one more user', () => {
  it('has the default role of a realm that was renamed', () => {
    const renamed = { ...BASE_REALM, defaultRole: { name: 'default-roles-old' } }
    expect(users(['ann'])(renamed).users?.at(-1)?.realmRoles).toEqual(['default-roles-old'])
  })

  it('a new user is enabled, with a whole profile and a permanent password', () => {
    expect(only('bob')).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
        username: 'bob',
        enabled: true,
        email: 'bob@example.com',
        emailVerified: true,
        firstName: 'Bob',
        lastName: 'User',
        credentials: [{ type: 'password', value: 'password123' }],
        realmRoles: ['default-roles-fastmcp'],
      },
    ])
  })

  it.each([
    ['bob:pw', 'pw', []],
    ['bob:pass word!', 'pass word!', []],
    ['bob:pw:admin', 'pw', ['admin']],
    ['bob::admin', 'password123', ['admin']],
    ['bob:', 'password123', []],
  ])('is what %j says', (spec, password, roles) => {
    expect(testUsers({ ...BASE_REALM, users: only(spec) })).toEqual([{ username: 'bob', password, roles }])
  })

  it("a new user's id follows from realm and user name", () => {
    expect(only('bob')[0]?.id).toBe(only('alice', 'bob:pw:admin')[1]?.id)
    const elsewhere = users(['bob'])({ realm: 'other' }).users ?? []
    const ids = [...only('bob', 'bob2', 'alice'), ...elsewhere].map(({ id }) => id)
    expect(new Set(ids).size).toBe(4)
  })

  it('may have an e-mail address as its name', () => {
    expect(only('bob@corp.test')[0]).toMatchObject({ email: 'bob@corp.test', firstName: 'Bob' })
  })

  it('comes after those of the file', () => {
    const names = users(['bob', 'alice'])(BASE_REALM).users?.map(({ username }) => username)
    expect(names).toEqual(['testuser', 'testadmin', 'bob', 'alice'])
  })

  it('replaces the one of the same name, whose id stays', () => {
    const realm = users(['testuser:other:admin'])(BASE_REALM)
    expect(testUsers(realm)).toContainEqual({ username: 'testuser', password: 'other', roles: ['admin'] })
    const found = realm.users?.filter(({ username }) => username === 'testuser')
    expect(found?.map(({ id }) => id)).toEqual([BASE_REALM.users?.[0]?.id])
  })

  it('has its name in lower case, as Keycloak keeps it and tokens have it', () => {
    expect(only('Bob')).toEqual(only('bob'))
    const [first] = users(['TestUser:other'])(BASE_REALM).users?.slice(-1) ?? []
    expect(first).toMatchObject({ id: BASE_REALM.users?.[0]?.id, username: 'testuser' })
  })

  it.each([
    ['the same words', ['bob', 'alice', 'bob']],
    ['another password', ['bob:one', 'bob:two']],
    ['another case', ['Bob', 'bob']],
  ])('cannot be named twice: %s', async (_case, specs) => {
    const error = await refusal(() => users(specs)(BASE_REALM))
    expect(error).toMatchObject({ code: 'REALM_INVALID', message: '--user names "bob" twice.' })
  })

  it('cannot have a role that the realm does not define', async () => {
    const error = await refusal(() => users(['bob:pw:admin,boss'])(BASE_REALM))
    expect(error.code).toBe('REALM_INVALID')
    expect(error).toMatchInlineSnapshot(`
      ✘ The user "bob" cannot have the role "boss".  [REALM_INVALID]
        Why  The realm "fastmcp" does not define it; it defines admin.
        Fix  Add --role boss
    `)
    expect((await refusal(() => users(['bob::x'])({ realm: 'r' }))).why).toContain('it defines none')
  })

  it('the error about an unknown role repeats the present roles and the nearest one', async () => {
    const error = await refusal(() => users(['bob:pw:admni'], ['chief'])(BASE_REALM))
    expect(error.fix).toBe('Add --role chief --role admni')
    expect(error.why).toMatch(/Did you mean "admin"\?$/)
  })

  it('the error about a client role names a realm file', async () => {
    const error = await refusal(() => users(['bob:pw:api/use-api'])(BASE_REALM))
    expect(error.fix).toContain('--realm-file')
  })
})
