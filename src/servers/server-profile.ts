import type { Snippet, SnippetTarget } from '../config/snippet.ts'

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
}
