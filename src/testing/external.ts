import { environmentName } from '../config/schema.ts'
import { McpKeycloakError } from '../errors.ts'
import { externalKeycloak, findInstance, keycloakAt } from '../instance/instance.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'
import { testConfig } from './test-config.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A Keycloak that somebody else runs, and what names it. */
export interface NamedKeycloak {
  readonly keycloak: RunningKeycloak
  readonly reason: string
}

/**
 * The Keycloak that the environment names: `MCP_KEYCLOAK_KEYCLOAK_URL` with `MCP_KEYCLOAK_ADMIN_PASSWORD`; or, as
 * `mcp-keycloak env --show-secrets` has them, `KEYCLOAK_URL` with `KEYCLOAK_ADMIN_PASSWORD`; or `MCP_KEYCLOAK_INSTANCE`, as a
 * command of `mcp-keycloak exec` has it, when that instance runs. A `KEYCLOAK_URL` alone names none: the program under
 * test reads it, and no realm can be made without an administrator.
 *
 * @param folder where things about it are kept
 * @throws {McpKeycloakError} `CONFIG_INVALID` for a `MCP_KEYCLOAK_KEYCLOAK_URL` without an administrator's password
 */
export async function namedKeycloak(folder: string, env: Environment): Promise<NamedKeycloak | undefined> {
  const config = await testConfig({ dataFolder: folder }, env)
  if (config.keycloakUrl !== undefined) {
    return { keycloak: externalKeycloak(config), reason: `${environmentName('keycloakUrl')} names it` }
  }
  const { KEYCLOAK_URL: url, KEYCLOAK_ADMIN_USERNAME: username, KEYCLOAK_ADMIN_PASSWORD: password } = env
  if (url && password) {
    const keycloak = keycloakAt({ url, admin: { username: username || 'admin', password }, folder })
    return { keycloak, reason: 'KEYCLOAK_URL and KEYCLOAK_ADMIN_PASSWORD name it' }
  }
  const instance = environmentName('instance')
  const keycloak = env[instance] ? await runningInstance(env) : undefined
  return (
    keycloak && { keycloak: { ...keycloak, runtime: 'external', folder }, reason: `${instance} names it` }
  )
}

/** The instance of this machine that the options mean, if it runs. */
async function runningInstance(env: Environment): Promise<RunningKeycloak | undefined> {
  return findInstance(await testConfig({}, env)).then(
    ({ keycloak }) => keycloak,
    (error: unknown) => {
      if (error instanceof McpKeycloakError && error.code === 'NOT_RUNNING') return undefined
      throw error
    },
  )
}
