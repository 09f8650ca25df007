import { expect, it } from 'vitest'

import type { Admin } from '../../../src/keycloak/admin.ts'
import { importUser } from '../../../src/keycloak/import-user.ts'

const answering = (status: number | undefined) =>
  ({
    realms: {
      partialImport: async () => {
        throw Object.assign(new Error('no'), {
          response: status && { status },
          responseData: { errorMessage: 'it says' },
        })
      },
    },
  }) as unknown as Admin

it.each([
  [409, { code: 'USAGE_INVALID', message: 'The realm "shop" has a user "alice" already.' }],
  [400, { code: 'REALM_REFUSED', why: 'It answered 400: it says' }],
  [undefined, { message: 'no' }],
])('tells what Keycloak answered: %s', async (status, expected) => {
  await expect(importUser(answering(status), 'shop', { username: 'alice' })).rejects.toMatchObject(expected)
})
