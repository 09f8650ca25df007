import { describe, expect, it, vi } from 'vitest'

import type { Admin } from '../../../src/keycloak/admin.ts'
import { countClients } from '../../../src/keycloak/clients/registered-clients.ts'
import { createRealm, findRealmRecord, ourRealms } from '../../../src/keycloak/realms.ts'
import { refusal } from '../support/refusal.ts'

const RECORD = { hash: 'abc', options: '{"user":["bob"]}' }
const OURS = { 'mcp-keycloak.hash': 'abc', 'mcp-keycloak.options': '{"user":["bob"]}' }

/** An Admin API that gives these answers. */
const adminWith = (answers: unknown) => answers as Admin
const found = (realm: unknown) =>
  adminWith({ realms: { findOne: async () => realm, find: async () => [realm].flat() } })

async function refusedWith(status: number, responseData: unknown, log: readonly string[] = []) {
  const error = Object.assign(new Error('x'), { response: { status }, responseData })
  const admin = adminWith({ realms: { create: () => Promise.reject(error) } })
  return refusal(() => createRealm(admin, { realm: 'r' }, RECORD, async () => log))
}

interface Realm {
  readonly attributes: object
}

describe('a realm', () => {
  it('a realm remembers its source', async () => {
    expect(await findRealmRecord(found({ realm: 'r', attributes: OURS }), 'r')).toEqual(RECORD)
    expect(await findRealmRecord(found({ realm: 'r' }), 'r')).toBeNull()
    expect(await findRealmRecord(found(null), 'r')).toBeUndefined()
  })

  it('a realm with a record is managed', async () => {
    const realms = [{ realm: 'master' }, { realm: 'r', attributes: OURS }]
    expect(await ourRealms(found(realms))).toEqual([{ realm: 'r', ...RECORD }])
  })

  it('a realm is created unchanged, with its record and a repaired account console', async () => {
    const create = vi.fn(async (_realm: unknown) => ({}))
    const addDefaultClientScope = vi.fn(async (_ids: unknown) => {})
    const update = vi.fn(async (_query: unknown, _realm: unknown) => {})
    const findOne = async () => ({
      attributes: { ...(create.mock.lastCall?.[0] as Realm | undefined)?.attributes, b: '2' },
    })
    const admin = adminWith({
      realms: { create, findOne, update },
      clients: { find: async () => [{ id: 'console' }], addDefaultClientScope },
      clientScopes: {
        find: async () => ['basic', 'email', 'roles'].map((name) => ({ id: `id-${name}`, name })),
      },
    })
    await createRealm(admin, { realm: 'r', attributes: { a: '1' }, enabled: true }, RECORD, async () => [])
    const pending = expect.stringContaining('"work":"create"')
    expect(create).toHaveBeenCalledWith({
      realm: 'r',
      attributes: { a: '1', ...OURS, 'mcp-keycloak.pending': pending },
      enabled: true,
    })
    expect(update).toHaveBeenCalledWith({ realm: 'r' }, { attributes: { a: '1', b: '2', ...OURS } })
    expect(addDefaultClientScope.mock.calls.map(([ids]) => ids)).toEqual(
      ['id-basic', 'id-roles'].map((clientScopeId) => ({ realm: 'r', id: 'console', clientScopeId })),
    )
  })

  it('that is refused for a field says which one', async () => {
    const create = (realm: { realm: string; accessCode?: unknown }) =>
      Promise.reject(
        Object.assign(new Error('x'), { response: { status: 'accessCode' in realm ? 400 : 409 } }),
      )
    const realm = { realm: 'r', enabled: true, accessCode: 1 }
    const error = await refusal(() =>
      createRealm(adminWith({ realms: { create } }), realm, RECORD, async () => []),
    )
    expect(error).toMatchObject({ code: 'REALM_REFUSED', exitCode: 5 })
    expect(error.message).toContain('"accessCode"')
    expect(error.fix).toContain('"accessCode"')
  })

  it('that is refused without a reason has it from the log', async () => {
    const error = await refusedWith(500, { error: 'unknown_error' }, ['INFO x', 'ERROR No such provider "y"'])
    expect(error.why).toMatch(/500: unknown_error\nERROR No such provider "y"$/)
  })

  it('that is refused with a reason has it alone', async () => {
    const error = await refusedWith(409, { errorMessage: 'Conflict detected' }, ['ERROR something old'])
    expect(error.why).toContain('409: Conflict detected')
  })
})

describe("a realm's clients", () => {
  const count = (clients: unknown[], policies: unknown[]) =>
    countClients(
      adminWith({ clients: { find: async () => clients }, components: { find: async () => policies } }),
      'r',
    )

  it('are those that registered themselves, and all', async () => {
    const UUID = '0b6f1f0e-6f0a-4c57-9f6e-1f2d3c4b5a69'
    const clients = [
      { id: UUID, clientId: UUID },
      { id: 'x', clientId: 'x' },
      { id: 'y', clientId: 'account' },
    ]
    const policies = [
      { providerId: 'max-clients', subType: 'authenticated', config: { 'max-clients': ['1'] } },
      { providerId: 'max-clients', subType: 'anonymous', config: { 'max-clients': ['1000'] } },
    ]
    expect(await count(clients, policies)).toEqual({ registered: 1, total: 3, limit: 1000 })
  })

  it('a realm has no client limit without the policy or without open registration', async () => {
    expect(await count([], [])).toEqual({ registered: 0, total: 0, limit: null })
    const none = [{ providerId: 'max-clients', subType: 'anonymous', config: { 'max-clients': ['0'] } }]
    expect((await count([], none)).limit).toBeNull()
  })
})
