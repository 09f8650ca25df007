import { describe, expect, it } from 'vitest'

import type { Admin } from '../../../src/keycloak/admin.ts'
import { removeLeftBehind, temporaryName, withTemporaryRealm } from '../../../src/keycloak/temporary-realm.ts'

/** An Admin API that keeps names of realms. */
function server(names: readonly string[] = [], { refuses = false } = {}) {
  const realms = new Map(names.map((realm) => [realm, { realm }]))
  const admin = {
    realms: {
      find: async () => [...realms.values()],
      create: async (realm: { realm: string }) => {
        if (refuses) throw Object.assign(new Error('x'), { response: { status: 409 }, responseData: {} })
        realms.set(realm.realm, realm)
      },
      del: async ({ realm }: { realm: string }) => {
        realms.delete(realm)
      },
    },
    clients: { find: async () => [] },
    clientScopes: { find: async () => [] },
  } as unknown as Admin
  return { admin, names: () => [...realms.keys()], realms }
}

const noLog = async () => []
const make = (realm: string) => ({ realm })

describe('a temporary realm', () => {
  it('a temporary realm exists during the work only and is not managed', async () => {
    const { admin, names, realms } = server(['mine'])
    const result = await withTemporaryRealm(admin, 'mine', make, noLog, async (name) => {
      expect(names()).toEqual(['mine', name])
      expect(realms.get(name)).toEqual({ realm: name, attributes: {} })
      return 'done'
    })
    expect([result, names()]).toEqual(['done', ['mine']])
  })

  it('is gone when the work fails, and when it was refused', async () => {
    const { admin, names } = server()
    const fails = withTemporaryRealm(admin, 'mine', make, noLog, () => Promise.reject(new Error('work')))
    await expect(fails).rejects.toThrow('work')
    expect(names()).toEqual([])
    const refusing = server([], { refuses: true })
    await expect(
      withTemporaryRealm(refusing.admin, 'mine', make, noLog, async () => 1),
    ).rejects.toMatchObject({
      code: 'REALM_REFUSED',
      message: expect.stringContaining('"mine"'),
    })
  })

  it('a temporary realm of a killed program is removed, one of a running program stays', async () => {
    const at = (time: number) => temporaryName({ prefix: 'mcp-keycloak-temporary-', leftBehindMs: 0 }, time)
    const running = at(Date.now() - 60_000)
    const { admin, names } = server(['mine', at(Date.now() - 3_600_000), running])
    await withTemporaryRealm(admin, 'mine', make, noLog, async () => {})
    expect(names()).toEqual(['mine', running])
  })
})

describe('what was left behind', () => {
  const KIND = { prefix: 'test-', leftBehindMs: 1000 }
  const old = () => temporaryName(KIND, Date.now() - 5000)

  it('a realm whose name only begins alike is not removed', async () => {
    const [left, young] = [old(), temporaryName(KIND)]
    const others = ['test-shop', 'test-1970', `${left}-shop`, `other-${left}`]
    const { admin, names } = server([left, young, ...others])
    expect(await removeLeftBehind(admin, KIND)).toEqual([left])
    expect(names()).toEqual([young, ...others])
  })

  it('is not the one that is still in use', async () => {
    const [left, used] = [old(), old()]
    const { admin, names } = server([left, used])
    await removeLeftBehind(admin, KIND, used)
    expect(names()).toEqual([used])
  })
})
