import type { Realm, RealmClient, RealmPatch } from '../schema.ts'
import { mcpUrls } from './audience.ts'

const POST_LOGOUT = 'post.logout.redirect.uris'
/** Keycloak keeps several URIs in one attribute. */
const SEPARATOR = '##'

/**
 * Moves the clients whose `rootUrl` is the MCP server's own origin to the origins of other MCP URLs. Their redirect
 * URIs after login and logout move with them. To be applied before the MCP URLs change.
 *
 * @param wanted MCP URLs; a client's single `rootUrl` comes from the first
 */
export function baseUrls(wanted: readonly string[]): RealmPatch {
  const after = [...new Set(wanted.map((url) => new URL(url).origin))]
  return (realm) => {
    const before = new Set(mcpUrls(realm).map((url) => new URL(url).origin))
    const isMoved = ({ rootUrl }: RealmClient) => typeof rootUrl === 'string' && before.has(rootUrl)
    if (!realm.clients?.some(isMoved)) return realm
    const clients = realm.clients.map((client) => (isMoved(client) ? moved(client, after) : client))
    return { ...realm, clients } satisfies Realm
  }
}

function moved(client: RealmClient, origins: readonly string[]): RealmClient {
  const root = String(client.rootUrl)
  const [first = root] = origins
  const postLogout = client.attributes?.[POST_LOGOUT]
  return {
    ...client,
    rootUrl: first,
    ...(typeof client.baseUrl === 'string' && { baseUrl: onOrigins(client.baseUrl, root, [first])[0] }),
    ...(client.redirectUris && {
      redirectUris: client.redirectUris.flatMap((uri) => onOrigins(uri, root, origins)),
    }),
    ...(postLogout !== undefined && {
      attributes: {
        ...client.attributes,
        [POST_LOGOUT]: postLogout
          .split(SEPARATOR)
          .flatMap((uri) => onOrigins(uri, root, origins))
          .join(SEPARATOR),
      },
    }),
  }
}

/** The URI on each of the new origins, if it belongs to the old root; otherwise the unchanged URI. */
function onOrigins(uri: string, root: string, origins: readonly string[]): readonly string[] {
  const path = uri.slice(root.length)
  const isOfRoot = uri.startsWith(root) && (path === '' || path.startsWith('/'))
  return isOfRoot ? origins.map((origin) => origin + path) : [uri]
}
