import { vi } from 'vitest'
import { sharedKeycloak } from './own-keycloak.ts'

/** The variables that name the shared Keycloak. */
export function sharedKeycloakVariables() {
  const { url, admin } = sharedKeycloak()
  return {
    MCP_KEYCLOAK_KEYCLOAK_URL: url,
    MCP_KEYCLOAK_ADMIN_USERNAME: admin.username,
    MCP_KEYCLOAK_ADMIN_PASSWORD: admin.password,
  }
}

/** Names the shared Keycloak in the environment, as a CI job does with its service container. */
export function nameSharedKeycloak(): void {
  for (const [name, value] of Object.entries(sharedKeycloakVariables())) vi.stubEnv(name, value)
}
