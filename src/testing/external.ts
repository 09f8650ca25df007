import { environmentName } from '../config/schema.ts'
import { missingFeatures } from '../config/server.ts'
import { McpKeycloakError } from '../errors.ts'
import { externalKeycloak, findInstance, keycloakAt } from '../instance/instance.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'
import type { RealmSettings, ServerSettings } from './settings.ts'
import { testConfig } from './test-config.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** An external Keycloak, and the setting that names it. */
export interface NamedKeycloak {
  readonly keycloak: RunningKeycloak
  readonly reason: string
}

/**
 * Returns the Keycloak that the environment names:
 * - `MCP_KEYCLOAK_KEYCLOAK_URL` with `MCP_KEYCLOAK_ADMIN_PASSWORD`;
 * - `KEYCLOAK_URL` with `KEYCLOAK_ADMIN_PASSWORD`, from `mcp-keycloak env --show-secrets`;
 * - `MCP_KEYCLOAK_INSTANCE`, from `mcp-keycloak exec`, when that instance runs.
 *
 * `KEYCLOAK_URL` alone does not count: it is for the program under test, and a new realm requires an administrator.
 *
 * @param folder the folder for its state
 * @throws {McpKeycloakError} `CONFIG_INVALID` for `MCP_KEYCLOAK_KEYCLOAK_URL` without an administrator's password
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

/**
 * Returns the Keycloak that the environment names, else the running instance of the options: the one of `up`.
 *
 * @param folder the folder for its state
 * @throws {McpKeycloakError} as {@link namedKeycloak}
 */
export async function findKeycloak(folder: string, env: Environment): Promise<NamedKeycloak | undefined> {
  const named = await namedKeycloak(folder, env)
  if (named) return named
  const keycloak = await runningInstance(env)
  return keycloak && { keycloak: { ...keycloak, runtime: 'external', folder }, reason: 'it was running' }
}

/** Finds the running instance of the options on this machine. */
async function runningInstance(env: Environment): Promise<RunningKeycloak | undefined> {
  return findInstance(await testConfig({}, env)).then(
    ({ keycloak }) => keycloak,
    (error: unknown) => {
      if (error instanceof McpKeycloakError && error.code === 'NOT_RUNNING') return undefined
      throw error
    },
  )
}

/** Settings that only a new server, or a realm that is certainly new, can have. */
const ONLY_NEW = ['runtime', 'keycloakVersion', 'keycloakHome', 'port', 'managementPort', 'realm'] as const

/**
 * Returns the project's instance that `mcp-keycloak up` started, when it runs and can have the realms of these settings.
 *
 * @param folder the folder for files about its test realms
 */
export async function runningKeycloak(
  folder: string,
  settings: RealmSettings & ServerSettings,
): Promise<NamedKeycloak | undefined> {
  if (ONLY_NEW.some((key) => settings[key] !== undefined && settings[key] !== 'auto')) return undefined
  const config = await testConfig({ ...settings, proof: false })
  const found = await findInstance({ ...config, keycloakUrl: undefined }).catch((error: unknown) => {
    if (error instanceof McpKeycloakError) return undefined // a new server needs nothing of it
    throw error
  })
  if (found?.state === undefined) return undefined
  const { instance, version, features } = found.state
  const isOther = config.keycloakVersion !== undefined && config.keycloakVersion !== version
  if (isOther || missingFeatures(config.with, features).length > 0) return undefined
  const keycloak = { ...found.keycloak, runtime: 'external' as const, folder }
  return { keycloak, reason: `the instance "${instance}" already runs` }
}
