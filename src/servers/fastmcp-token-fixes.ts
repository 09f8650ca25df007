import { command } from '../config/command.ts'
import type { SnippetTarget } from '../config/snippet.ts'
import type { ListenAddress } from './listen-address.ts'
import { python } from './python-literal.ts'
import type { ServerProfile, ServerSigns, TokenRules } from './server-profile.ts'

/** FastMCP's own message for a refused token. */
export function isFastmcp({ headers, refusal }: ServerSigns): boolean {
  return (
    headers.get('server') === 'uvicorn' && refusal.includes('clear authentication tokens in your MCP client')
  )
}

/**
 * Lists the edits that make a token-checking class of FastMCP refuse bad tokens.
 *
 * @param issuerArgument the name of its argument for the realm's URL
 */
export function tokenFixes(
  verifier: string,
  issuerArgument: string,
  { mcpUrl, issuer, scopes }: TokenRules,
): ReturnType<NonNullable<ServerProfile['fixes']>> {
  const verify = `verify the tokens with ${verifier}(${issuerArgument}=${python(issuer)}, …)`
  return {
    aud: `add audience=${python(mcpUrl)} to ${verifier}(…)`,
    iss: `${verify}, which checks "iss"`,
    exp: `${verify}, which checks "exp"`,
    time: `override verify_token, as the server of ${command('snippets', 'fastmcp')} does`,
    scope: `add required_scopes=[${scopes.map(python).join(', ')}] to ${verifier}(…)`,
    sig: `${verify}, which checks the signature`,
  }
}

/** Writes the class that refuses the tokens that `KeycloakAuthProvider` of FastMCP 4.1 accepts. */
export const STRICT_PROVIDER = `class StrictKeycloakAuthProvider(KeycloakAuthProvider):
    """Also refuses tokens that never expire, or are not valid yet. FastMCP 4.1 accepts both."""

    async def verify_token(self, token):
        access_token = await super().verify_token(token)
        if access_token is None or access_token.expires_at is None:
            return None
        return access_token if access_token.claims.get("nbf", 0) <= time.time() else None`

/** Writes the line that names the algorithm of the tokens. Without it, `KeycloakAuthProvider` accepts RS256 only. */
export function tokenAlgorithm({ tokenAlgorithm: algorithm }: SnippetTarget): string {
  if (algorithm === undefined) return ''
  return `\n# Of the tokens of this realm. KeycloakAuthProvider expects RS256.\nauth.token_verifier.algorithm = ${python(algorithm)}`
}

/** Writes the end of a FastMCP server: it listens for its MCP URL, and refuses foreign origins and host names. */
export function runServer({ host, port, path, publicHost }: ListenAddress): string {
  const allowed = publicHost === undefined ? '' : `\n        allowed_hosts=[${python(publicHost)}],`
  return `if __name__ == "__main__":
    mcp.run(
        transport="http",
        host=${python(host)},
        port=${port},
        path=${python(path)},
        # Foreign web pages and host names are refused (DNS rebinding).
        host_origin_protection=True,${allowed}
    )`
}

/** The edit that makes FastMCP refuse a foreign `Origin` and `Host`. */
export function rebindingFix(): string {
  return 'add host_origin_protection=True to mcp.run(…)'
}
