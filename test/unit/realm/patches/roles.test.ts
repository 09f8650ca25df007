import { expect, it } from 'vitest'
import { roles } from '../../../../src/realm/patches/roles.ts'
import { testUsers } from '../../../../src/realm/patches/users.ts'
import { renderRealm } from '../../../../src/realm/render.ts'
import { BASE_REALM, NO_OPTIONS } from '../../support/base-realm.ts'

it('--role adds each new role once, after those of the file', () => {
  const realm = roles(['editor', 'admin', 'editor'])(BASE_REALM)
  expect(realm.roles?.realm).toEqual([...(BASE_REALM.roles?.realm ?? []), { name: 'editor' }])
  expect({ ...realm, roles: BASE_REALM.roles }).toEqual(BASE_REALM)
})

it('adds them to a realm without any, and leaves the roles of clients alone', () => {
  expect(roles(['a'])({ realm: 'r' })).toEqual({ realm: 'r', roles: { realm: [{ name: 'a' }] } })
  const client = { api: [{ name: 'use' }] }
  expect(roles(['a'])({ realm: 'r', roles: { client } }).roles).toEqual({ realm: [{ name: 'a' }], client })
})

it('is there for the users of the same command', () => {
  const realm = renderRealm(BASE_REALM, { ...NO_OPTIONS, role: ['editor'], user: ['bob:pw:editor'] })
  expect(testUsers(realm)).toContainEqual({ username: 'bob', password: 'pw', roles: ['editor'] })
})
