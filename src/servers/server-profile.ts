import type { Snippet, SnippetTarget } from '../config/snippet.ts'

/** The fault of a token that a server must refuse: a claim or the signature. `time`: no `exp`, or `nbf` in the future. */
export type TokenFault = 'aud' | 'iss' | 'exp' | 'time' | 'scope' | 'sig'

/** Evidence of the framework that a running server uses. */
export interface ServerSigns {
  /** The headers of a refusal. */
  readonly headers: Headers
  /** Its message about an invalid token. */
  readonly refusal: string
  /** `WWW-Authenticate` of the answer to a request without a token; empty when it has none. */
  readonly challenge: string
  /** The text of that answer. */
  readonly firstText: string
  /** Whether clients register and log in at the server itself. */
  readonly isAuthorizationServer: boolean
  /** Whether it speaks the protocol 2026-07-28. */
  readonly isModern: boolean
}

/** The settings of a server that checks its tokens. */
export interface TokenRules {
  /** `aud` */
  readonly mcpUrl: string
  /** `iss` */
  readonly issuer: string
  readonly scopes: readonly string[]
}

/** The properties of one framework for MCP servers. */
export interface ServerProfile {
  /** The word on the command line: `snippets fastmcp`. */
  readonly name: string
  /** The framework's own name: `FastMCP`. */
  readonly title: string
  /** The version with which the snippet was tested. */
  readonly testedVersion: string
  /** Returns a complete server, then the command that runs it. */
  snippets(target: SnippetTarget): readonly Snippet[]
  /** Whether a server uses this framework; absent when no evidence exists. */
  shows?(signs: ServerSigns): boolean
  /** Returns the edit that makes such a server refuse a foreign `Origin` and `Host`. */
  rebindingFix?(mcpUrl: string): string
  /** Returns the edit that makes a tool answer 403 `insufficient_scope`. */
  toolScopeFix?(scopes: string): string
  /** Returns the edit that makes such a server refuse a kind of bad token. */
  fixes?(rules: TokenRules): Readonly<Partial<Record<TokenFault, string>>>
}
