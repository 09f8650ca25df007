import { describe, expect, it } from 'vitest'

import { assertDistinctUsers } from '../../../src/realm/distinct-users.ts'
import { renderRealm } from '../../../src/realm/render.ts'
import { BASE_REALM, NO_OPTIONS } from '../support/base-realm.ts'
import { refusal } from '../support/refusal.ts'

describe('users', () => {
  it.each([
    [
      'of two names and addresses',
      [
        { username: 'a', email: 'a@x' },
        { username: 'b', email: 'b@x' },
      ],
    ],
    ['without addresses', [{ username: 'a', email: '' }, { username: 'b', email: '' }, { username: 'c' }]],
  ])('%s are taken', (_case, users) => {
    expect(() => assertDistinctUsers({ realm: 'r', users })).not.toThrow()
  })

  it('of one name are refused, in whatever case', async () => {
    const users = [{ username: 'Alice' }, { username: 'bob' }, { username: 'alice' }]
    const error = await refusal(() => assertDistinctUsers({ realm: 'r', users }))
    expect(error).toMatchObject({
      code: 'REALM_INVALID',
      message: 'The users "Alice" and "alice" have the same name.',
    })
  })

  it('of one e-mail address are refused, unless the realm allows that', async () => {
    const users = [
      { username: 'a', email: 'X@y.test' },
      { username: 'b', email: 'x@y.test' },
    ]
    const error = await refusal(() => assertDistinctUsers({ realm: 'r', users }))
    expect(error.message).toMatch(/"a" and "b" .*x@y\.test/)
    expect(error).toMatchInlineSnapshot(`
      ✘ The users "a" and "b" have the same e-mail address, x@y.test.  [REALM_INVALID]
        Why  Keycloak takes an address once in a realm; a user of --user gets name@example.com.
        Fix  Give one of the two another name or address, or set "duplicateEmailsAllowed": true in the realm file.
    `)
    expect(() => assertDistinctUsers({ realm: 'r', users, duplicateEmailsAllowed: true })).not.toThrow()
  })

  it('users of an option and of the file must also differ', async () => {
    const render = (...user: string[]) => renderRealm(BASE_REALM, { ...NO_OPTIONS, user })
    expect((await refusal(() => render('testuser@example.com'))).message).toContain('testuser@example.com.')
    expect((await refusal(() => render('bob', 'bob@example.com'))).message).toContain('bob@example.com.')
    expect(() => render('testuser', 'bob', 'bob@corp.test')).not.toThrow()
  })
})
