import { command } from '../config/command.ts'
import type { Config } from '../config/schema.ts'
import type { SnippetTarget } from '../config/snippet.ts'
import { McpKeycloakError } from '../errors.ts'
import { findAppliedRealm } from '../provisioning/applied-realm.ts'
import { mcpUrls } from '../realm/patches/audience.ts'
import { downstreamApis } from '../realm/patches/downstream.ts'
import { preregisteredClient } from '../realm/patches/preregistered-client.ts'
import { registrableScopes, scopeName } from '../realm/patches/scopes.ts'
import { unusualAlgorithm } from '../realm/patches/signing-key.ts'
import type { Realm } from '../realm/schema.ts'
import { TOOL_SCOPE } from '../servers/scopes.ts'

const DEFAULT_SERVER_NAME = 'my-mcp-server'

/**
 * Returns the targets of snippets, from the running instance and the applied realm. There is one for each MCP URL of
 * the options, else for each MCP URL of the realm.
 *
 * The realm's second MCP URL has the server name `NAME-2`, and so on, also when it is the only target. Otherwise one
 * server would replace the other's entry in a configuration file.
 *
 * @param serverName the name of the MCP server in a client's configuration; a single target has exactly this name
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`; `USAGE_INVALID` without MCP URL
 */
export async function snippetTargets(config: Config, serverName?: string): Promise<readonly SnippetTarget[]> {
  const { realm, endpoints, options } = await findAppliedRealm(config)
  const known = mcpUrls(realm)
  const urls = config.mcpUrl.length > 0 ? [...new Set(config.mcpUrl)] : known
  if (urls.length === 0) throw noMcpUrl(realm.realm)
  const numbered = [...new Set([...known, ...urls])]
  const nameOf = (url: string) => {
    if (serverName !== undefined && urls.length === 1) return serverName
    const number = numbered.indexOf(url) + 1
    return `${serverName ?? DEFAULT_SERVER_NAME}${number === 1 ? '' : `-${number}`}`
  }
  const { keycloakUrl, issuer } = endpoints
  const [downstream] = downstreamApis(realm)
  const scopes = ownScopes(realm, options?.scope)
  const tokenAlgorithm = unusualAlgorithm(realm)
  return urls.map((mcpUrl) => ({
    mcpUrl,
    serverName: nameOf(mcpUrl),
    keycloakUrl,
    realm: realm.realm,
    issuer,
    preregistered: preregisteredClient(realm),
    ...(downstream && { downstream }),
    ...(scopes && { scopes }),
    ...(tokenAlgorithm && { tokenAlgorithm }),
  }))
}

/** The scopes of `--scope`. A realm file of the user may lack the scope that the snippets use otherwise. */
function ownScopes(realm: Realm, specs: readonly string[] = []): readonly string[] | undefined {
  if (specs.length > 0) return specs.map(scopeName)
  return registrableScopes(realm).includes(TOOL_SCOPE) ? undefined : []
}

function noMcpUrl(realm: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `It is not known which MCP URL the tokens of realm "${realm}" are for.`,
    why: 'Its file has no client whose id is an MCP URL.',
    fix: `Name it: ${command('snippets', { mcpUrl: 'http://localhost:8000/mcp' })}`,
  })
}
