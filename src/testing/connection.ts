import { McpKeycloakError } from '../errors.ts'
import { keycloakAt } from '../instance/instance.ts'
import type { RuntimeName } from '../runtime/runtime.ts'
import { type KeycloakServer, manageServer } from './keycloak-server.ts'
import type { RealmSettings } from './settings.ts'
import type { TestKeycloak } from './start-keycloak.ts'
import { testConfig } from './test-config.ts'
import { makeWorkshop, removeWorkshop } from './workshop.ts'

/** A test run's Keycloak as plain data, which can be handed to other processes: `inject('keycloak')`. */
export interface KeycloakConnection {
  /** Base URL without a trailing slash. */
  readonly url: string
  readonly version: string
  readonly runtime: RuntimeName
  /** Why that runtime, in words. */
  readonly reason: string
  readonly admin: { readonly username: string; readonly password: string }
  /** The realm that the set-up made. */
  readonly realm: string
  readonly issuer: string
  /** The MCP endpoints that its tokens are for. */
  readonly mcpUrls: readonly string[]
  /** What further realms are made with. */
  readonly settings: RealmSettings
  /** A file in which the clients of tests are noted down: the tear-down tells of those that are left. */
  readonly journal: string
}

/** What others need to know of a Keycloak. */
export function connectionOf(
  keycloak: TestKeycloak,
  realm: TestKeycloak['realm'],
  { settings, journal }: Pick<KeycloakConnection, 'settings' | 'journal'>,
): KeycloakConnection {
  const { version, runtime, reason } = keycloak
  return {
    url: keycloak.getAuthServerUrl(),
    version,
    runtime,
    reason,
    admin: { username: keycloak.getAdminUsername(), password: keycloak.getAdminPassword() },
    realm: realm.name,
    issuer: realm.issuer,
    mcpUrls: realm.mcpUrls,
    settings,
    journal,
  }
}

/**
 * The Keycloak of a connection, for as long as a scope lasts: then the realms that were made are dropped.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` when no global set-up has provided one
 */
export async function connectKeycloak(
  connection: KeycloakConnection,
): Promise<KeycloakServer & AsyncDisposable> {
  if (connection === undefined) throw noSetup() // inject() gives what nobody has provided, whatever its type says
  const { url, admin, realm, journal } = connection
  const config = await testConfig()
  const workshop = await makeWorkshop(config)
  const keycloak = keycloakAt({ url, admin, folder: workshop.folder })
  const managed = manageServer(keycloak, { onLeak: 'ignore', journal, defaultRealm: realm })
  return {
    ...managed.server,
    async [Symbol.asyncDispose]() {
      try {
        await managed.close()
      } finally {
        await removeWorkshop(config, workshop)
      }
    },
  }
}

function noSetup(): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'There is no Keycloak for these tests.',
    why: 'The fixtures take it from a global set-up, and none has run in this project.',
    fix: "In the Vitest config: test: { globalSetup: ['mcp-keycloak/testing/vitest'] }; or one with options of yours: setupKeycloak().",
  })
}
