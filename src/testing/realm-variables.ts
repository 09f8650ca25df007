import { env } from '../operations/env.ts'
import type { KeycloakConnection } from './connection.ts'
import { testConfig } from './test-config.ts'

/** Returns the environment variables of a realm, as `mcp-keycloak env` prints them. */
export async function realmVariables(
  { url, realm, admin }: Pick<KeycloakConnection, 'url' | 'realm' | 'admin'>,
  options: { readonly showSecrets?: boolean } = {},
): Promise<Readonly<Record<string, string>>> {
  const config = await testConfig({ keycloakUrl: url, realm })
  const named = { ...config, adminUsername: admin.username, adminPassword: admin.password }
  return (await env(named, options)).variables
}
