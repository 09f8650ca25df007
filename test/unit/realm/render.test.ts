import { readFile } from 'node:fs/promises'

import { describe, expect, it } from 'vitest'
import { BASE_REALM_FILE } from '../../../src/realm/load.ts'
import { testUsers } from '../../../src/realm/patches/users.ts'
import { defaultRolesName } from '../../../src/realm/realm-name.ts'
import { hashRealm, type RenderOptions, renderRealm } from '../../../src/realm/render.ts'
import type { Realm } from '../../../src/realm/schema.ts'
import { BASE_REALM, NO_OPTIONS } from '../support/base-realm.ts'

const ALL_OPTIONS: RenderOptions = {
  ...NO_OPTIONS,
  realm: 'demo',
  mcpUrl: ['http://localhost:9000/mcp'],
  trustedHost: ['example.com'],
  user: ['bob:pw:admin'],
}

describe('a realm', () => {
  it('without options is the file, word for word', async () => {
    const file = JSON.parse(await readFile(BASE_REALM_FILE, 'utf8'))
    const rendered = renderRealm(BASE_REALM, NO_OPTIONS)
    expect(rendered).toEqual(file)
    expect(JSON.stringify(rendered)).toBe(JSON.stringify(file))
  })

  it('the rendered realm applies all options in order', () => {
    const rendered = renderRealm(BASE_REALM, ALL_OPTIONS)
    expect(rendered.realm).toBe('demo')
    expect(testUsers(rendered)).toContainEqual({ username: 'bob', password: 'pw', roles: ['admin'] })
    expect(JSON.stringify(rendered.users)).not.toContain(defaultRolesName('fastmcp'))
  })

  it('leaves the file alone, so that it can be rendered again', () => {
    const before = JSON.stringify(BASE_REALM)
    renderRealm(BASE_REALM, ALL_OPTIONS)
    expect(JSON.stringify(BASE_REALM)).toBe(before)
  })

  it('has the same hash exactly when it is the same', () => {
    const hash = (options: Partial<RenderOptions>) =>
      hashRealm(renderRealm(BASE_REALM, { ...NO_OPTIONS, ...options }))
    expect(hash({})).toMatch(/^[0-9a-f]{16}$/)
    expect(hash({ ...ALL_OPTIONS })).toBe(hash({ ...ALL_OPTIONS }))
    const hashes = [
      hash({}),
      ...Object.entries(ALL_OPTIONS).map(([key, value]) => hash({ [key]: value } as Partial<RenderOptions>)),
    ]
    expect(new Set(hashes).size).toBe(5)
  })
})

describe('another name', () => {
  const renamed = renderRealm(BASE_REALM, { ...NO_OPTIONS, realm: 'other' })

  it('is the name of the default role of every user too', () => {
    expect(renamed.realm).toBe('other')
    for (const { realmRoles } of renamed.users ?? []) expect(realmRoles).toContain('default-roles-other')
  })

  it('another realm name renames the default role in scope mappings', () => {
    const scopeMappings = [
      { clientScope: 'openid', roles: [defaultRolesName('fastmcp'), 'admin'] },
      { client: 'x' },
    ]
    const realm = renderRealm({ ...BASE_REALM, scopeMappings }, { ...NO_OPTIONS, realm: 'other' })
    expect(realm.scopeMappings).toEqual([
      { clientScope: 'openid', roles: ['default-roles-other', 'admin'] },
      { client: 'x' },
    ])
  })

  it('another realm name gives the users other ids', () => {
    const again = renderRealm(BASE_REALM, { ...NO_OPTIONS, realm: 'other' })
    expect(again.users).toEqual(renamed.users)
    const third = renderRealm(BASE_REALM, { ...NO_OPTIONS, realm: 'third' })
    const ids = [BASE_REALM, renamed, third].flatMap(({ users = [] }) => users.map(({ id }) => id))
    expect(new Set(ids).size).toBe(6)
  })

  it('changes nothing else', () => {
    const { realm: _r, users: _u, ...others } = renamed
    const { realm: _r2, users: _u2, ...othersBefore } = BASE_REALM
    expect(others).toEqual(othersBefore)
    expect(Object.keys(renamed)).toEqual(Object.keys(BASE_REALM))
    const profiles = ({ users = [] }: Realm) =>
      users.map(({ id: _id, realmRoles: _roles, ...profile }) => profile)
    expect(profiles(renamed)).toEqual(profiles(BASE_REALM))
  })

  it('is the name of the default role wherever that is named', () => {
    const role = 'default-roles-a'
    const realm = {
      ...{
        realm: 'a',
        defaultRole: { name: role },
        groups: [{ name: 'g', realmRoles: [role, `${role}-x`] }],
      },
      roles: { realm: [{ name: role, composites: { realm: ['boss'] } }, { name: 'boss' }] },
    }
    const text = JSON.stringify(renderRealm(realm, { ...NO_OPTIONS, realm: 'B', role: [`${role}-x`] }))
    expect(text.match(/"default-roles-[^"]*"/g)).toEqual([
      '"default-roles-b"',
      '"default-roles-b"',
      '"default-roles-a-x"',
      '"default-roles-b"',
      '"default-roles-a-x"',
    ])
  })

  it('may be the same one: then nothing changes', () => {
    expect(renderRealm(BASE_REALM, { ...NO_OPTIONS, realm: BASE_REALM.realm })).toBe(BASE_REALM)
  })

  it('does not need users, nor roles of users', () => {
    const options = { ...NO_OPTIONS, realm: 'b' }
    expect(renderRealm({ realm: 'a' }, options)).toEqual({ realm: 'b' })
    expect(renderRealm({ realm: 'a', users: [{ username: 'u' }] }, options).users).toEqual([
      { username: 'u' },
    ])
  })
})
