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
    scope: `add required_scopes=[${scopes.map(python).join(', ')}] to ${verifier}(…)`,
    sig: `${verify}, which checks the signature`,
  }
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
