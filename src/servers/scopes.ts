import type { SnippetTarget } from '../config/snippet.ts'

/** A scope of the realm `fastmcp` that a tool may require. */
export const TOOL_SCOPE = 'mcp:call-tools'

/** The scopes that every request needs. Without `openid`, Keycloak's tokens have no `sub`. */
export const REQUIRED_SCOPES: readonly string[] = ['openid']

/** The scopes of a tool, beside {@link REQUIRED_SCOPES}. */
export function toolScopes({ scopes = [TOOL_SCOPE] }: SnippetTarget): readonly string[] {
  return scopes
}

/** The scopes of a server that has no scopes for single tools. */
export function serverScopes({ scopes = [] }: SnippetTarget): readonly string[] {
  return [...REQUIRED_SCOPES, ...scopes]
}
