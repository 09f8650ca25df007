import { describe, expect, it } from 'vitest'

import { derivedId, newIds, reversed, withIds } from '../../../src/realm/realm-ids.ts'
import { idsUnder, realmName, userId } from '../../../src/realm/realm-name.ts'
import type { Realm } from '../../../src/realm/schema.ts'

const id = (number: number) => `9b6f2a10-0000-4000-8000-00000000000${number}`

const FILE = {
  id: 'shop',
  realm: 'shop',
  enabled: true,
  roles: { realm: [{ id: id(1), name: 'editor', containerId: 'shop' }] },
  groups: [{ id: id(2), name: 'staff', subGroups: [{ id: 'sub', parentId: id(2), name: 'sub' }] }],
  clients: [
    {
      id: 'web',
      clientId: 'web',
      authenticationFlowBindingOverrides: { browser: id(3) },
      authorizationSettings: {
        resources: [{ _id: id(4), name: 'web' }],
        policies: [
          {
            id: id(5),
            name: 'p',
            config: { roles: JSON.stringify([{ id: id(1), required: true }]), x: id(4) },
          },
        ],
      },
    },
  ],
  authenticationFlows: [{ id: id(3), alias: 'my browser' }],
  components: { storage: [{ id: id(6), name: 'web', config: { id: ['web'], parent: [id(6)] } }] },
  users: [{ id: id(7), username: 'ann', federationLink: id(6), credentials: [{ id: id(8), value: 'shop' }] }],
} as unknown as Realm

describe('a realm file under another name', () => {
  const realm = realmName('other')(FILE)
  const ids = idsUnder('other', FILE)
  const text = JSON.stringify(realm)

  it('has none of the previous ids', () => {
    for (let number = 1; number <= 8; number++) expect(text).not.toContain(id(number))
    expect(realm).toMatchObject({ id: ids.get('shop'), realm: 'other' })
    expect(new Set(ids.values()).size).toBe(ids.size)
  })

  it('has the new id at each reference, also in JSON inside a text', () => {
    const role = ids.get(id(1))
    expect(realm).toMatchObject({
      roles: { realm: [{ id: role, containerId: ids.get('shop') }] },
      groups: [{ subGroups: [{ id: ids.get('sub'), parentId: ids.get(id(2)) }] }],
      clients: [
        {
          authenticationFlowBindingOverrides: { browser: ids.get(id(3)) },
          authorizationSettings: {
            policies: [
              { config: { roles: JSON.stringify([{ id: role, required: true }]), x: ids.get(id(4)) } },
            ],
          },
        },
      ],
      components: { storage: [{ config: { parent: [ids.get(id(6))] } }] },
      users: [{ id: userId('other', 'ann'), federationLink: ids.get(id(6)) }],
    })
  })

  it('keeps names and settings that are equal to an id', () => {
    expect(realm).toMatchObject({
      clients: [{ clientId: 'web', authorizationSettings: { resources: [{ name: 'web' }] } }],
      components: { storage: [{ name: 'web', config: { id: ['web'] } }] },
      users: [{ credentials: [{ value: 'shop' }] }],
    })
  })

  it('has the same ids each time, and others under a third name', () => {
    expect(realmName('other')(FILE)).toEqual(realm)
    const third = idsUnder('third', FILE)
    for (const [before, after] of ids) expect(third.get(before)).not.toBe(after)
  })

  it('gets its ids back from the reversed map', () => {
    expect(withIds({ ...realm, realm: 'shop' }, reversed(ids))).toEqual(FILE)
  })
})

it('a file under its own name keeps its ids', () => {
  expect(realmName('shop')(FILE)).toBe(FILE)
})

it('a derived id is a UUID of version 8', () => {
  expect(derivedId('r', 'x')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  expect([...newIds('r', { realm: 'r' })]).toEqual([])
})
