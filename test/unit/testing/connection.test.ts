import { expect, inject, it } from 'vitest'

import { connectKeycloak } from '../../../src/testing/connection.ts'

it('says which set-up is missing when nobody has provided a Keycloak', async () => {
  await expect(connectKeycloak(inject('keycloak'))).rejects.toMatchObject({
    code: 'USAGE_INVALID',
    fix: expect.stringContaining("globalSetup: ['mcp-keycloak/testing/vitest']"),
  })
})
