import { describe, expect, it } from 'vitest'
import { mapsRoles, rolesInTokens } from '../../../../src/realm/patches/roles-in-tokens.ts'
import { renderRealm } from '../../../../src/realm/render.ts'
import { BASE_REALM, NO_OPTIONS } from '../../support/base-realm.ts'

const mapping = (roles: string[]) => ({ clientScope: 'basic', roles })
const REALM = { realm: 'r', roles: { realm: [{ name: 'boss' }, { name: 'admin' }] } }
const MAPPED = { ...REALM, scopeMappings: [mapping(['offline_access', 'admin'])] }

describe('roles on the scope that every client has', () => {
  it('are all that the realm defines, once one is mapped there', () => {
    const other = { clientScope: 'offline_access', roles: ['offline_access'] }
    const realm = rolesInTokens({ ...MAPPED, scopeMappings: [other, ...MAPPED.scopeMappings] })
    expect(realm.scopeMappings).toEqual([other, mapping(['offline_access', 'admin', 'boss'])])
  })

  it('are none in a realm that maps none there', () => {
    expect(mapsRoles(REALM)).toBe(false)
    expect(rolesInTokens(REALM)).toBe(REALM)
    expect(rolesInTokens(BASE_REALM)).toBe(BASE_REALM)
  })

  it('do not need roles of the realm', () => {
    const bare = { realm: 'r', scopeMappings: [{ clientScope: 'basic' }] }
    expect(rolesInTokens(bare).scopeMappings).toEqual([mapping([])])
  })
})

describe('a realm file that maps some of its roles there', () => {
  it('is left alone', () => {
    expect(renderRealm(MAPPED, NO_OPTIONS)).toBe(MAPPED)
  })

  it('gets the mapping for a role that an option adds', () => {
    const { scopeMappings } = renderRealm(MAPPED, { ...NO_OPTIONS, role: ['clerk'] })
    expect(scopeMappings?.[0]?.roles).toContain('clerk')
  })
})
