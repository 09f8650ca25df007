import { z } from 'zod'

/**
 * The metadata of an MCP server, with the members that we read.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728.html#section-2 RFC 9728 §2}
 */
export const resourceMetadataSchema = z.looseObject({
  resource: z.string().max(2_000),
  authorization_servers: z.array(z.string().max(2_000)).max(50).default([]),
  scopes_supported: z.array(z.string().max(200)).max(1_000).default([]),
})

export type ResourceMetadata = Readonly<z.infer<typeof resourceMetadataSchema>>

/**
 * Lists the well-known URLs of an MCP server's metadata: first with its path, then at the root.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728.html#section-3.1 RFC 9728 §3.1}
 */
export function resourceMetadataUrls({ origin, pathname, search }: URL): readonly URL[] {
  const root = `${origin}/.well-known/oauth-protected-resource`
  const paths = pathname === '/' ? [''] : [pathname, '']
  return paths.map((path) => new URL(`${root}${path}${search}`))
}
