import { z } from 'zod'

/**
 * What an MCP server says of itself, as far as we look at it.
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
 * Where clients look for an MCP server's metadata without being told: with its path, then at the root.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728.html#section-3.1 RFC 9728 §3.1}
 */
export function resourceMetadataUrls({ origin, pathname, search }: URL): readonly URL[] {
  const root = `${origin}/.well-known/oauth-protected-resource`
  const paths = pathname === '/' ? [''] : [pathname, '']
  return paths.map((path) => new URL(`${root}${path}${search}`))
}
