import type { Snippet, SnippetTarget } from '../config/snippet.ts'

/** What is wrong with a token that a server has to refuse: one of its claims, or its signature. */
export type TokenFault = 'aud' | 'iss' | 'exp' | 'scope' | 'sig'

/** What a running server shows of what it is made with. */
export interface ServerSigns {
  /** The headers of its refusals. */
  readonly headers: Headers
  /** What it says of a token that is none. */
  readonly refusal: string
  /** Clients register and log in at the server itself. */
  readonly isAuthorizationServer: boolean
}

/** What a server that checks its tokens has to know. */
export interface TokenRules {
  /** `aud` */
  readonly mcpUrl: string
  /** `iss` */
  readonly issuer: string
  readonly scopes: readonly string[]
}

/** What we know of one framework for MCP servers. */
export interface ServerProfile {
  /** The word on the command line: `snippets fastmcp`. */
  readonly name: string
  /** The framework's own name: `FastMCP`. */
  readonly title: string
  /** The version that the snippet was run with. */
  readonly testedVersion: string
  /** A complete, runnable server first; then how to run it. */
  snippets(target: SnippetTarget): readonly Snippet[]
  /** Whether a server is made with it; absent when nothing tells. */
  shows?(signs: ServerSigns): boolean
  /** The edit of such a server that makes it refuse a kind of bad token. */
  fixes?(rules: TokenRules): Readonly<Record<TokenFault, string>>
}
