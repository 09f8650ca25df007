/** What snippets are made from. Every URL comes from the running instance. */
export interface SnippetTarget {
  /** The MCP endpoint that tokens are for, e.g. `http://localhost:8000/mcp`. */
  readonly mcpUrl: string
  /** What the MCP server is called in a client's configuration, e.g. `my-server`. */
  readonly serverName: string
  /** Keycloak's base URL without a trailing slash. */
  readonly keycloakUrl: string
  readonly realm: string
  /** The realm's URL, which is the `iss` of its tokens. */
  readonly issuer: string
  /** A public client that is in the realm from the start, with the one redirect URI it may use. */
  readonly preregistered: PreregisteredClient | undefined
  /** The API that the MCP server may exchange tokens for; absent without the overlay `token-exchange`. */
  readonly downstream?: DownstreamTarget
}

/** An API that an MCP server calls as the user. */
export interface DownstreamTarget {
  /** Its client: `aud` of the exchanged token. */
  readonly clientId: string
  readonly scopes: readonly string[]
}

/** A client that needs no registration. */
export interface PreregisteredClient {
  readonly clientId: string
  /** Port of its fixed loopback redirect `http://localhost:PORT/callback`. */
  readonly callbackPort: number
}

/** One thing to paste. */
export interface Snippet {
  /** What it does, e.g. `Register by itself`. */
  readonly title: string
  readonly language: 'sh' | 'json' | 'toml' | 'python' | 'typescript' | 'text'
  /** Ready to paste, without a trailing newline. */
  readonly code: string
  /** The file it belongs into, as a person would write it, e.g. `~/.codex/config.toml`. */
  readonly file?: string
  /** A sentence that the user must know before pasting. */
  readonly note?: string
}
