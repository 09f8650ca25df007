import { expect, it, vi } from 'vitest'

import type { Admin } from '../../../src/keycloak/admin.ts'
import { exportRealm } from '../../../src/keycloak/export-realm.ts'

it('the export reads all users with roles and groups, and visible secrets', async () => {
  const users = Array.from({ length: 150 }, (_, index) => ({ id: `${index}`, username: `u${index}` }))
  const find = vi.fn(async ({ first, max }: { first: number; max: number }) =>
    users.slice(first, first + max),
  )
  const admin = {
    realms: {
      export: async () => ({
        realm: 'r',
        clients: [{ clientId: 'a', secret: '**********' }, { clientId: 'b' }],
        users: [{ username: 'service-account-a' }],
      }),
    },
    clients: { find: async () => [{ clientId: 'a', secret: 'told' }, { clientId: 'b' }] },
    users: {
      find,
      listRoleMappings: async ({ id }: { id: string }) =>
        id === '7'
          ? {
              realmMappings: [{ name: 'admin' }],
              clientMappings: { shop: { client: 'shop', mappings: [{ name: 'buyer' }] } },
            }
          : {},
      listGroups: async ({ id }: { id: string }) => (id === '7' ? [{ path: '/staff' }] : []),
    },
  } as unknown as Admin
  const realm = await exportRealm(admin, 'r')
  expect(realm.clients).toEqual([{ clientId: 'a', secret: 'told' }, { clientId: 'b' }])
  const read = realm.users as { username: string }[]
  expect(read).toHaveLength(151)
  expect(read[7]).toEqual({
    id: '7',
    username: 'u7',
    realmRoles: ['admin'],
    clientRoles: { shop: ['buyer'] },
    groups: ['/staff'],
  })
  expect(read.at(-1)?.username).toBe('service-account-a')
  expect(find).toHaveBeenCalledTimes(2)
})
