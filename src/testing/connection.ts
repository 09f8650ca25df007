import { McpKeycloakError } from '../errors.ts'
import { keycloakAt } from '../instance/instance.ts'
import type { RuntimeName } from '../runtime/runtime.ts'
import { type KeycloakServer, manageServer } from './keycloak-server.ts'
import { makeSandbox, removeSandbox } from './sandbox.ts'
import type { RealmSettings } from './settings.ts'
import type { TestKeycloak } from './start-keycloak.ts'
import { testConfig } from './test-config.ts'

/** A test run's Keycloak as plain data for other processes: `inject('keycloak')`. */
export interface KeycloakConnection {
  /** Base URL without a trailing slash. */
  readonly url: string
  readonly version: string
  readonly runtime: RuntimeName
  /** The reason for that runtime, as a sentence. */
  readonly reason: string
  readonly admin: { readonly username: string; readonly password: string }
  /** The realm of the set-up. */
  readonly realm: string
  readonly issuer: string
  /** The MCP endpoints that its tokens are for. */
  readonly mcpUrls: readonly string[]
  /** The settings for further realms. */
  readonly settings: RealmSettings
  /** A file that records the clients of tests. The tear-down reports those that are left. */
  readonly journal: string
}

/** Returns the connection data of a Keycloak. */
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
 * Connects to a Keycloak until the end of the scope, which removes the realms created through it.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` when no global set-up has provided a connection
 */
export async function connectKeycloak(
  connection: KeycloakConnection,
): Promise<KeycloakServer & AsyncDisposable> {
  if (connection === undefined) throw noSetup() // inject() may return undefined, whatever its type says
  const { url, admin, realm, journal } = connection
  const config = await testConfig()
  const sandbox = await makeSandbox(config)
  const keycloak = keycloakAt({ url, admin, folder: sandbox.folder })
  const managed = manageServer(keycloak, { onLeak: 'ignore', journal, defaultRealm: realm })
  return {
    ...managed.server,
    async [Symbol.asyncDispose]() {
      try {
        await managed.close()
      } finally {
        await removeSandbox(config, sandbox)
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
