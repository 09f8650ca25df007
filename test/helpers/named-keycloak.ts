import { vi } from 'vitest'
import { sharedKeycloak } from './own-keycloak.ts'

/** Names the shared Keycloak in the environment, as a CI job does with its service container. */
export function nameSharedKeycloak(): void {
  const { url, admin } = sharedKeycloak()
  vi.stubEnv('MCP_KEYCLOAK_KEYCLOAK_URL', url)
  vi.stubEnv('MCP_KEYCLOAK_ADMIN_USERNAME', admin.username)
  vi.stubEnv('MCP_KEYCLOAK_ADMIN_PASSWORD', admin.password)
}
