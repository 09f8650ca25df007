import type { Config } from '../config/schema.ts'
import type { SnippetTarget } from '../config/snippet.ts'
import { McpKeycloakError } from '../errors.ts'
import { mcpUrls } from '../realm/audience.ts'
import { downstreamApis } from '../realm/downstream.ts'
import { preregisteredClient } from '../realm/preregistered-client.ts'
import { findAppliedRealm } from './applied-realm.ts'

/**
 * What snippets are made from: the running instance, and the realm as it was applied.
 *
 * @param serverName what the MCP server is called in a client's configuration
 * @throws {McpKeycloakError} `NOT_RUNNING`, also when the instance has no such realm
 */
export async function snippetTarget(config: Config, serverName: string): Promise<SnippetTarget> {
  const { realm, endpoints } = await findAppliedRealm(config)
  const [mcpUrl] = [...config.mcpUrl, ...mcpUrls(realm)]
  if (mcpUrl === undefined) throw noMcpUrl(realm.realm)
  const { keycloakUrl, issuer } = endpoints
  const [downstream] = downstreamApis(realm)
  return {
    mcpUrl,
    serverName,
    keycloakUrl,
    realm: realm.realm,
    issuer,
    preregistered: preregisteredClient(realm),
    ...(downstream && { downstream }),
  }
}

function noMcpUrl(realm: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `It is not known which MCP URL the tokens of realm "${realm}" are for.`,
    why: 'Its file has no client whose id is an MCP URL.',
    fix: 'Name it: mcp-keycloak snippets --mcp-url http://localhost:8000/mcp',
  })
}
