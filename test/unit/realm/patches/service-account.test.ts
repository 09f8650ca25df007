import { describe, expect, it } from 'vitest'

import { loadOverlay } from '../../../../src/realm/load-overlay.ts'
import { applyOverlays } from '../../../../src/realm/overlay.ts'
import { serviceAccountIds, serviceAccounts } from '../../../../src/realm/patches/service-account.ts'
import { BASE_REALM } from '../../support/base-realm.ts'
import { refusal } from '../../support/refusal.ts'

const overlay = await loadOverlay('service-account', BASE_REALM.realm)
const REALM = applyOverlays(BASE_REALM, [overlay])

describe('the overlay service-account', () => {
  it('has one service account, and the base realm none', () => {
    expect(serviceAccountIds(REALM)).toEqual(['service-account'])
    expect(serviceAccountIds(BASE_REALM)).toEqual([])
  })

  it('the overlay adds two conditions to the base policy', () => {
    const { policies } = REALM.clientPolicies as {
      policies: { name: string; profiles: string[]; conditions: { condition: string }[] }[]
    }
    const policy = policies.find(({ name }) => name === 'no-token-without-login')
    expect(policy?.profiles).toEqual(['refuse'])
    expect(policy?.conditions.map(({ condition }) => condition)).toEqual([
      'grant-type',
      'client-scopes',
      'client-scopes',
    ])
  })

  it('is the same when it is laid on twice', () => {
    expect(applyOverlays(BASE_REALM, [overlay, overlay])).toEqual(REALM)
  })

  it('adds no scope that a client could register with or sees', () => {
    const marks = REALM.clientScopes?.filter(({ name }) => name.startsWith('token-without-login')) ?? []
    expect(marks).toHaveLength(2)
    for (const { name, attributes } of marks) {
      expect(REALM.defaultDefaultClientScopes).not.toContain(name)
      expect(REALM.defaultOptionalClientScopes).not.toContain(name)
      expect(attributes?.['include.in.openid.provider.metadata']).toBe('false')
    }
  })
})

describe('--service-account', () => {
  it('names the client, which stays the same otherwise', () => {
    const realm = serviceAccounts(['nightly'])(REALM)
    const client = (clients = REALM.clients, id = 'service-account') =>
      clients?.find(({ clientId }) => clientId === id)
    expect(client(realm.clients, 'nightly')).toEqual({ ...client(), clientId: 'nightly' })
    expect(client(realm.clients)).toBeUndefined()
    expect(realm.clients).toHaveLength(REALM.clients?.length ?? 0)
  })

  it('makes one for each name, once', () => {
    expect(serviceAccountIds(serviceAccounts(['a', 'b', 'a'])(REALM))).toEqual(['a', 'b'])
    expect(serviceAccountIds(serviceAccounts(['service-account', 'b'])(REALM))).toEqual([
      'service-account',
      'b',
    ])
  })

  it('is refused without the overlay, and says which one', async () => {
    expect(await refusal(() => serviceAccounts(['a', 'b'])(BASE_REALM))).toMatchObject({
      code: 'REALM_INVALID',
      fix: expect.stringContaining('--with service-account --service-account a --service-account b'),
    })
  })

  it('is refused when another client has the name', async () => {
    const error = await refusal(() => serviceAccounts(['mcp-client'])(REALM))
    expect([error.code, error.message]).toEqual([
      'REALM_INVALID',
      '--service-account cannot be "mcp-client".',
    ])
  })
})
