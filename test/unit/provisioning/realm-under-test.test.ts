import { expect, it } from 'vitest'

import { realmEndpoints } from '../../../src/config/endpoints.ts'
import type { AppliedRealm } from '../../../src/provisioning/applied-realm.ts'
import { realmUnderTest } from '../../../src/provisioning/realm-under-test.ts'
import { BASE_REALM } from '../support/base-realm.ts'

it('has no token of another realm when nobody can log in, and says so', async () => {
  const applied = {
    realm: { ...BASE_REALM, users: [] },
    endpoints: realmEndpoints('http://localhost:8080', 'fastmcp'),
  } as unknown as AppliedRealm
  const realm = realmUnderTest(applied, () => 'mcp-keycloak reset-realm', 'http://localhost:8000/mcp')
  await expect(realm.tokenOfAnotherRealm('openid')).rejects.toMatchInlineSnapshot(`
    ✘ There is no user to log in.  [USAGE_INVALID]
      Why  The realm file has no user with a password.
      Fix  Add one to it: mcp-keycloak reset-realm --user <name>:<password>
  `)
})
