import { resolveConfig } from '../../../src/config/resolve.ts'
import type { Config, ConfigKey } from '../../../src/config/schema.ts'
import type { SharedKeycloak } from './shared-keycloak.ts'

/** Options for a realm of a test's own on the shared Keycloak. */
export async function externalConfig(
  keycloak: SharedKeycloak,
  flags: Partial<Record<ConfigKey, unknown>>,
): Promise<Config> {
  const { url, admin, dataFolder } = keycloak
  const env = { MCP_KEYCLOAK_ADMIN_USERNAME: admin.username, MCP_KEYCLOAK_ADMIN_PASSWORD: admin.password }
  const { config } = await resolveConfig({
    flags: { keycloakUrl: url, dataFolder, ...flags },
    env,
    cwd: dataFolder,
  })
  return config
}

/** The variables with which the built program uses the shared Keycloak as its administrator. */
export function externalEnvironment({ url, admin, dataFolder }: SharedKeycloak): Record<string, string> {
  return {
    MCP_KEYCLOAK_KEYCLOAK_URL: url,
    MCP_KEYCLOAK_ADMIN_USERNAME: admin.username,
    MCP_KEYCLOAK_ADMIN_PASSWORD: admin.password,
    MCP_KEYCLOAK_DATA_FOLDER: dataFolder,
  }
}
