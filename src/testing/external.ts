import { resolveConfig } from '../config/resolve.ts'
import { environmentName } from '../config/schema.ts'
import { externalKeycloak } from '../operations/instance.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A Keycloak that somebody else runs, and what names it. */
export interface NamedKeycloak {
  readonly keycloak: RunningKeycloak
  readonly reason: string
}

/**
 * The Keycloak that the environment names: `MCP_KEYCLOAK_KEYCLOAK_URL` with `MCP_KEYCLOAK_ADMIN_PASSWORD`, or, as
 * `mcp-keycloak env --show-secrets` has them, `KEYCLOAK_URL` with `KEYCLOAK_ADMIN_PASSWORD`. A `KEYCLOAK_URL` alone
 * names none: the program under test reads it, and no realm can be made without an administrator.
 *
 * @param folder where things about it are kept
 * @throws {McpKeycloakError} `CONFIG_INVALID` for a `MCP_KEYCLOAK_KEYCLOAK_URL` without an administrator's password
 */
export async function namedKeycloak(folder: string, env: Environment): Promise<NamedKeycloak | undefined> {
  const { config } = await resolveConfig({ env, flags: { runtime: 'auto', dataFolder: folder } })
  if (config.keycloakUrl !== undefined) {
    return { keycloak: externalKeycloak(config), reason: `${environmentName('keycloakUrl')} names it` }
  }
  const { KEYCLOAK_URL: url, KEYCLOAK_ADMIN_USERNAME: username, KEYCLOAK_ADMIN_PASSWORD: password } = env
  if (!url || !password) return undefined
  const named = { ...config, keycloakUrl: url, adminUsername: username || 'admin', adminPassword: password }
  return {
    keycloak: externalKeycloak(named),
    reason: 'KEYCLOAK_URL and KEYCLOAK_ADMIN_PASSWORD name it',
  }
}
