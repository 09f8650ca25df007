import { z } from 'zod'

/** A client that needs no registration. */
const preregisteredClientSchema = z
  .strictObject({
    clientId: z.string(),
    /** Port of its fixed loopback redirect `http://localhost:PORT/callback`. */
    callbackPort: z.number(),
  })
  .readonly()

/** An API that an MCP server calls as the user. */
const downstreamTargetSchema = z
  .strictObject({
    /** Its client: `aud` of the exchanged token. */
    clientId: z.string(),
    scopes: z.array(z.string()).readonly(),
  })
  .readonly()

/** The values that snippets are created from. Every URL comes from the running instance. */
export const snippetTargetSchema = z
  .strictObject({
    /** The MCP endpoint that tokens are for, e.g. `http://localhost:8000/mcp`. */
    mcpUrl: z.string(),
    /** The name of the MCP server in a client's configuration, e.g. `my-server`. */
    serverName: z.string(),
    /** Keycloak's base URL without a trailing slash. */
    keycloakUrl: z.string(),
    realm: z.string(),
    /** The realm's URL, which is the `iss` of its tokens. */
    issuer: z.string(),
    /** A public client that is in the realm from the start, with the one redirect URI it may use. */
    preregistered: preregisteredClientSchema.optional(),
    /** The API that the MCP server may exchange tokens for; absent without the overlay `token-exchange`. */
    downstream: downstreamTargetSchema.exactOptional(),
    /** The scopes of `--scope`, which the server requires; absent without that option. */
    scopes: z.array(z.string()).readonly().exactOptional(),
    /** The algorithm of the realm's tokens; absent for Keycloak's default, RS256. */
    tokenAlgorithm: z.string().exactOptional(),
  })
  .readonly()

/** One thing to paste. */
export const snippetSchema = z
  .strictObject({
    /** The purpose of the snippet, e.g. `With automatic registration`. */
    title: z.string(),
    language: z.enum(['sh', 'json', 'toml', 'python', 'typescript', 'yaml', 'text']),
    /** Ready to paste, without a trailing newline. */
    code: z.string(),
    /** The file it belongs into, as a person would write it, e.g. `~/.codex/config.toml`. */
    file: z.string().exactOptional(),
    /** A sentence that the user must know before pasting. */
    note: z.string().exactOptional(),
  })
  .readonly()

/** The values that snippets are created from. */
export type SnippetTarget = z.infer<typeof snippetTargetSchema>

/** An API that an MCP server calls as the user. */
export type DownstreamTarget = z.infer<typeof downstreamTargetSchema>

/** A client that needs no registration. */
export type PreregisteredClient = z.infer<typeof preregisteredClientSchema>

/** One thing to paste. */
export type Snippet = z.infer<typeof snippetSchema>
