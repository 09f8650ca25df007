import { expect, it, vi } from 'vitest'

import type { Admin } from '../../../src/keycloak/admin.ts'
import { createInitialAccessToken } from '../../../src/keycloak/initial-access-token.ts'

it('an initial access token is valid for a hundred registrations within a day', async () => {
  const createClientsInitialAccess = vi.fn(async () => ({ token: 'a.b.c' }))
  const admin = { realms: { createClientsInitialAccess } } as unknown as Admin
  expect(await createInitialAccessToken(admin, 'r')).toBe('a.b.c')
  expect(createClientsInitialAccess).toHaveBeenCalledWith({ realm: 'r' }, { count: 100, expiration: 86_400 })
})
