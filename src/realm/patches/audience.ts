import { McpKeycloakError } from '../../errors.ts'
import type { ClientScope, ProtocolMapper, Realm, RealmClient, RealmPatch } from '../schema.ts'
import { replaceItems, replaceKeys } from './replace.ts'

const AUDIENCE_MAPPER = 'oidc-audience-mapper'
const CLIENT_AUDIENCE = 'included.client.audience'
const CUSTOM_AUDIENCE = 'included.custom.audience'
const RESOURCE_URL = 'resource_url'

/** The MCP URLs that the realm's tokens are for: the ids of the clients that stand for an MCP server. */
export function mcpUrls(realm: Realm): readonly string[] {
  return (realm.clients ?? []).filter(isMcpServer).map((client) => client.clientId)
}

/**
 * Sets the MCP URLs that the realm's tokens are for. Each is a client whose id is the URL, named in `aud` by a mapper
 * that every client gets. `aud` also names the MCP server's base URL, which FastMCP's documentation checks. Roles of
 * the MCP server move to the new clients, with all references to them.
 *
 * @throws {McpKeycloakError} `REALM_INVALID` when the realm has no MCP server to take as the pattern
 * @see {@link https://www.rfc-editor.org/rfc/rfc8707.html#section-2 RFC 8707 §2}
 */
export function audience(wanted: readonly string[]): RealmPatch {
  const urls = [...new Set(wanted)]
  return (realm) => {
    const pattern = realm.clients?.find(isMcpServer)
    if (!pattern) throw noMcpServer(realm.realm)
    const old = new Set(mcpUrls(realm))
    const oldOrigins = new Set([...old].map((url) => new URL(url).origin))
    const rekeyed = <T>(record: Readonly<Record<string, T>>) =>
      replaceKeys(
        record,
        (key) => old.has(key),
        (first) => urls.map((url) => [url, first]),
      )
    const isOld = ({ config }: ProtocolMapper) =>
      old.has(config?.[CLIENT_AUDIENCE] ?? '') || oldOrigins.has(config?.[CUSTOM_AUDIENCE] ?? '')
    const { roles, users, clientScopeMappings } = realm
    return {
      ...realm,
      ...(roles && { roles: { ...roles, ...(roles.client && { client: rekeyed(roles.client) }) } }),
      ...(clientScopeMappings && { clientScopeMappings: rekeyed(clientScopeMappings) }),
      ...(users && {
        users: users.map((user) =>
          user.clientRoles ? { ...user, clientRoles: rekeyed(user.clientRoles) } : user,
        ),
      }),
      clients: replaceItems(realm.clients ?? [], isMcpServer, (client) =>
        urls.map((url) => mcpServer(client, url)),
      ),
      clientScopes: (realm.clientScopes ?? []).map((scope): ClientScope => {
        if (!scope.protocolMappers) return scope
        return { ...scope, protocolMappers: withAudiences(scope.protocolMappers, isOld, urls) }
      }),
    }
  }
}

function withAudiences(
  mappers: readonly ProtocolMapper[],
  isOld: (mapper: ProtocolMapper) => boolean,
  urls: readonly string[],
): ProtocolMapper[] {
  const origins = [...new Set(urls.map((url) => new URL(url).origin))]
  const ofClients = replaceItems(
    mappers,
    (mapper) =>
      mapper.protocolMapper === AUDIENCE_MAPPER && CLIENT_AUDIENCE in (mapper.config ?? {}) && isOld(mapper),
    (mapper) => urls.map((url) => retargeted(mapper, CLIENT_AUDIENCE, url, urls.length)),
  )
  return replaceItems(
    ofClients,
    (mapper) =>
      mapper.protocolMapper === AUDIENCE_MAPPER && CUSTOM_AUDIENCE in (mapper.config ?? {}) && isOld(mapper),
    (mapper) => origins.map((origin) => retargeted(mapper, CUSTOM_AUDIENCE, origin, origins.length)),
  )
}

function retargeted(mapper: ProtocolMapper, key: string, value: string, count: number): ProtocolMapper {
  const name = count === 1 ? mapper.name : `${mapper.name} ${value}` // names are unique in a scope
  return { ...mapper, name, config: { ...mapper.config, [key]: value } }
}

function mcpServer(pattern: RealmClient, url: string): RealmClient {
  return { ...pattern, clientId: url, attributes: { ...pattern.attributes, [RESOURCE_URL]: url } }
}

function isMcpServer({ clientId, attributes }: RealmClient): boolean {
  return attributes?.[RESOURCE_URL] === clientId && URL.canParse(clientId)
}

function noMcpServer(realm: string): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `--mcp-url does not fit the realm "${realm}".`,
    why: 'Its file has no client whose id is an MCP URL (with the same URL as its attribute "resource_url").',
    fix: 'Copy that client and the audience mapper of the scope "basic" from realms/fastmcp.json, or leave --mcp-url out.',
  })
}
