import { realmEndpoints } from '../config/endpoints.ts'
import type { Config } from '../config/schema.ts'
import type { SnippetTarget } from '../config/snippet.ts'
import { McpKeycloakError } from '../errors.ts'
import { adminLogin } from '../keycloak/admin.ts'
import { findRealmRecord } from '../keycloak/realms.ts'
import { mcpUrls } from '../realm/audience.ts'
import { preregisteredClient } from '../realm/preregistered-client.ts'
import { findInstance } from './instance.ts'
import { plannedRealmName, planRealm } from './plan-realm.ts'

/**
 * What snippets are made from: the running instance, and the realm as it was applied.
 *
 * @param serverName what the MCP server is called in a client's configuration
 * @throws {McpKeycloakError} `NOT_RUNNING`, also when the instance has no such realm
 */
export async function snippetTarget(config: Config, serverName: string): Promise<SnippetTarget> {
  const { keycloak } = await findInstance(config)
  const admin = await adminLogin(keycloak)
  const realmName = await plannedRealmName(config)
  const record = await findRealmRecord(admin, realmName)
  if (record === undefined) throw noSuchRealm(realmName, keycloak.url)
  const { realm } = await planRealm(config, record)
  const [mcpUrl] = config.mcpUrl.length > 0 ? config.mcpUrl : mcpUrls(realm)
  if (mcpUrl === undefined) throw noMcpUrl(realmName)
  const { keycloakUrl, issuer } = realmEndpoints(keycloak.url, realm.realm)
  return {
    mcpUrl,
    serverName,
    keycloakUrl,
    realm: realm.realm,
    issuer,
    preregistered: preregisteredClient(realm),
  }
}

/** The instance runs, but nobody applied that realm there. */
export function noSuchRealm(realm: string, url: string): McpKeycloakError {
  return new McpKeycloakError('NOT_RUNNING', {
    what: `Keycloak at ${url} has no realm "${realm}".`,
    why: 'It runs, but that realm was never applied there.',
    fix: `mcp-keycloak up --realm ${realm}`,
  })
}

function noMcpUrl(realm: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `It is not known which MCP URL the tokens of realm "${realm}" are for.`,
    why: 'Its file has no client whose id is an MCP URL.',
    fix: 'Name it: mcp-keycloak snippets --mcp-url http://localhost:8000/mcp',
  })
}
