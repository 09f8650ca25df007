import { expect, it } from 'vitest'

import type { KeptData } from '../../../src/keycloak/kept-data.ts'
import { keptAndDropped } from '../../../src/provisioning/reset-realm-report.ts'
import type { Realm } from '../../../src/realm/schema.ts'

const OLD_URL = 'http://localhost:8000/mcp'
const WANTED: Realm = { realm: 'fastmcp', clients: [{ clientId: 'mcp-client' }] }

/** A realm with only these clients. */
const kept = (others: KeptData['others'], registered: KeptData['registered'] = []): KeptData => ({
  exported: { users: [] } as unknown as KeptData['exported'],
  registered,
  others,
  usernames: [],
  userIds: new Map(),
  consents: new Map(),
  publicKeys: {} as KeptData['publicKeys'],
})

it('the report names dropped clients of the user only', () => {
  const others = [
    { clientId: 'account' },
    { clientId: 'admin-permissions' },
    { clientId: 'mcp-client' },
    { clientId: OLD_URL, attributes: { resource_url: OLD_URL } },
    { clientId: 'http://by-hand.test/mcp' },
    { clientId: 'by-hand' },
  ]
  const registered = [{ clientId: 'a-uuid' }]
  const dropped = (hard: boolean) => keptAndDropped(WANTED, kept(others, registered), hard).dropped.clients
  expect(dropped(false)).toEqual(['http://by-hand.test/mcp', 'by-hand'])
  expect(dropped(true)).toEqual(['http://by-hand.test/mcp', 'by-hand', 'a-uuid'])
})
