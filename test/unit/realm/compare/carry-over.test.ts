import { describe, expect, it } from 'vitest'

import { type CarriedOver, carryOver } from '../../../../src/realm/compare/carry-over.ts'
import type { Realm } from '../../../../src/realm/schema.ts'

const NOTHING: CarriedOver = { registered: [], secrets: new Map(), userIds: new Map(), consents: new Map() }
const REALM: Realm = {
  realm: 'Mine',
  clients: [{ clientId: 'web' }, { clientId: 'Job', serviceAccountsEnabled: true }],
  clientScopes: [{ name: 'read' }],
  users: [{ username: 'Alice' }, { username: 'bob', id: 'of-the-file' }],
}

describe('what a new realm takes over', () => {
  it('is nothing when there is nothing', () => {
    expect(carryOver(NOTHING)(REALM)).toEqual(REALM)
  })

  it('a user without an id in the file keeps the present one', () => {
    const userIds = new Map([
      ['alice', 'a'],
      ['bob', 'b'],
    ])
    const ids = carryOver({ ...NOTHING, userIds })(REALM).users?.map(({ id }) => id)
    expect(ids).toEqual(['a', 'of-the-file'])
  })

  it("a service account's user keeps its id and Keycloak's roles", () => {
    const userIds = new Map([['service-account-job', 's']])
    expect(carryOver({ ...NOTHING, userIds })(REALM).users?.at(-1)).toEqual({
      id: 's',
      username: 'service-account-job',
      enabled: true,
      serviceAccountClientId: 'Job',
      realmRoles: ['default-roles-mine'],
    })
    const named = { ...REALM, users: [{ username: 'service-account-job', realmRoles: ['auditor'] }] }
    expect(carryOver({ ...NOTHING, userIds })(named).users).toEqual([{ ...named.users[0], id: 's' }])
  })

  it('is a client that registered itself, once, though the file has it, too', () => {
    const registered = [{ clientId: 'web', name: 'As on the server', defaultClientScopes: ['read', 'gone'] }]
    expect(carryOver({ ...NOTHING, registered })(REALM).clients).toEqual([
      REALM.clients?.[1],
      { ...registered[0], defaultClientScopes: ['read'], optionalClientScopes: [] },
    ])
  })

  it('is a consent to a client that is there, for scopes that are there', () => {
    const consents = new Map([
      ['alice', [{ clientId: 'web', grantedClientScopes: ['read', 'gone'] }, { clientId: 'gone' }]],
    ])
    const [alice] = carryOver({ ...NOTHING, consents })(REALM).users ?? []
    expect(alice?.clientConsents).toEqual([{ clientId: 'web', grantedClientScopes: ['read'] }])
  })
})
